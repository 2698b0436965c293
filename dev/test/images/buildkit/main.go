// Command buildkit tells what BuildKit's own frontend makes of Dockerfiles. They come as JSON documents, and so do the answers.
package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type document struct {
	Text string            `json:"text"`
	Args map[string]string `json:"args"`
}

type answer struct {
	// Syntax is the frontend that the document asks for.
	Syntax string `json:"syntax"`
	// Lines are the keyword and the first line of each instruction.
	Lines [][2]any `json:"lines"`
	// Images are looked up, Sources fetched: identifier and attributes.
	Images  []string `json:"images"`
	Sources [][2]any `json:"sources"`
	Error   string   `json:"error"`
}

// finder notes the images that are looked up, and has each of them.
type finder struct{ answer *answer }

func (f finder) ResolveImageConfig(_ context.Context, name string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	f.answer.Images = append(f.answer.Images, name)
	layer := digest.FromString(name)
	return name, "", []byte(`{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["` + layer + `"]}}`), nil
}

func read(doc document) (a answer) {
	a = answer{Lines: [][2]any{}, Images: []string{}, Sources: [][2]any{}}
	a.Syntax, _, _, _ = parser.DetectSyntax([]byte(doc.Text))
	parsed, err := parser.Parse(strings.NewReader(doc.Text))
	if err != nil {
		a.Error = err.Error()
		return a
	}
	for _, node := range parsed.AST.Children {
		a.Lines = append(a.Lines, [2]any{strings.ToUpper(node.Value), node.StartLine})
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	lines := strings.SplitAfter(doc.Text, "\n")
	for i := range stages {
		// Cut behind it, each stage is the last, which is built. A name of a later one is then no stage, but an image.
		end := len(lines)
		if i+1 < len(stages) {
			end = stages[i+1].Location[0].Start.Line - 1
		}
		if err := convert(strings.Join(lines[:end], ""), doc.Args, &a); err != nil {
			a.Error = err.Error()
		}
	}
	return a
}

func convert(text string, args map[string]string, a *answer) error {
	ctx := context.Background()
	opt := dockerfile2llb.ConvertOpt{MetaResolver: finder{a}, TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"}}
	opt.BuildArgs = args
	result, err := dockerfile2llb.Dockerfile2LLB(ctx, []byte(text), opt)
	if err != nil {
		return err
	}
	definition, err := result.State.Marshal(ctx)
	if err != nil {
		return err
	}
	for _, dt := range definition.Def {
		var op pb.Op
		if err := op.UnmarshalVT(dt); err != nil {
			return err
		}
		if source := op.GetSource(); source != nil {
			a.Sources = append(a.Sources, [2]any{source.Identifier, source.Attrs})
		}
	}
	return nil
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var doc document
	for in.Decode(&doc) == nil {
		if out.Encode(read(doc)) != nil {
			return
		}
		doc = document{}
	}
}
