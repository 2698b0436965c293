"""Evaluates the Bazel files of a repository with a real Starlark interpreter, and records what they call.

stdin: JSON {"root": folder, "known": what known-symbols.json holds}. stdout: JSON {"calls": [...], "errors": [...]}.
Rules are not run; what is recorded is compared with the attributes of the pinned versions by check-repository.ts. The only
implementations that run are those of the repository's own repository rules, for BUILD files load what they write.
"""

import json
import os
import re
import sys

import starlark

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD_FILES = ("BUILD.bazel", "BUILD")


class Evaluation:
    """One run over a repository: its calls, its errors, and the modules loaded so far."""

    def __init__(self, root, known):
        self.root = root
        self.known = known
        self.calls = []
        self.errors = []
        self.loaded = {}
        self.generated = {}
        self.file = ""
        with open(os.path.join(HERE, "bazel.star"), encoding="utf8") as source:
            self.prelude = source.read()
        extensions = [starlark.LibraryExtension.Json, starlark.LibraryExtension.StructType]
        self.globals = starlark.Globals.extended_by(extensions)

    def run(self):
        self.attempt("MODULE.bazel", lambda: self.evaluate("MODULE.bazel", self.read("MODULE.bazel"), "module"))
        for call in [call for call in self.calls if call["kind"] == "repository" and is_own(call["label"])]:
            self.attempt("MODULE.bazel", lambda: self.run_repository_rule(call))
        for path in list_build_files(self.root):
            self.attempt(path, lambda: self.evaluate(path, self.read(path), "build"))
        return {"calls": self.calls, "errors": self.errors}

    def attempt(self, path, action):
        self.file = path
        try:
            action()
        except (starlark.StarlarkError, EvaluationError, OSError, json.JSONDecodeError) as error:
            self.errors.append({"file": path, "message": str(error)})

    def evaluate(self, path, text, kind):
        """Evaluates one file in the dialect of its kind; returns its module, not frozen yet."""
        module = starlark.Module()
        module.add_callable("_record", self.record)
        module.add_callable("_list_tags", self.list_tags)
        module.add_callable("_glob", self.glob)
        module.add_callable("_package_name", lambda: os.path.dirname(self.file))
        names = self.known["globals"][kind]
        prelude = self.prelude + "".join(f"\n{name} = _global({json.dumps(name)})\n" for name in names)
        starlark.eval(module, starlark.parse("bazel.star", prelude, starlark.Dialect.extended()), self.globals)
        dialect = starlark.Dialect.standard()
        dialect.enable_def = dialect.enable_lambda = kind == "bzl"
        dialect.enable_load = kind != "module"
        dialect.enable_top_level_stmt = False
        dialect.enable_f_strings = False
        loader = starlark.FileLoader(self.load)
        starlark.eval(module, starlark.parse(path, text, dialect), self.globals, loader)
        return module

    def load(self, label):
        if label not in self.loaded:
            self.loaded[label] = self.load_new(label)
        return self.loaded[label]

    def load_new(self, label):
        if label in self.generated:
            return self.evaluate(label, self.generated[label], "bzl").freeze()
        if is_own(label):
            path = label[2:].replace(":", "/").lstrip("/")
            return self.evaluate(path, self.read(path), "bzl").freeze()
        symbols = self.known["symbols"].get(label)
        if symbols is None:
            raise EvaluationError(f"load of {label}: no file of a pinned module is known by this label")
        module = starlark.Module()
        module.add_callable("_record", self.record)
        text = "".join(
            f"def {name}(**kwargs):\n    _record('rule', {json.dumps(label)}, {json.dumps(name)}, kwargs, None)\n"
            for name in symbols
        )
        starlark.eval(module, starlark.parse(label, text, starlark.Dialect.extended()), self.globals)
        return module.freeze()

    def run_repository_rule(self, call):
        """Runs the implementation of an own repository rule; the .bzl files that it writes can then be loaded."""
        module = starlark.Module()
        repository, attributes = call["arguments"]["name"], call["arguments"]
        module.add_callable("_read", lambda label: self.read(label[2:].replace(":", "/")))
        module.add_callable("_file", lambda path, text: self.write(repository, path, text))
        module["_attributes"] = {name: value for name, value in attributes.items() if name != "name"}
        text = (
            f"load({json.dumps(call['label'])}, {json.dumps(call['name'])})\n"
            "context = struct(attr = struct(**_attributes), file = _file, read = _read)\n"
            f"[fail('no attribute ' + name) for name in _attributes if name not in {call['name']}.attrs]\n"
            f"{call['name']}.implementation(context)\n"
        )
        parsed = starlark.parse("repository rule", text, starlark.Dialect.standard())
        starlark.eval(module, parsed, self.globals, starlark.FileLoader(self.load))

    def write(self, repository, path, text):
        self.generated[f"@{repository}//:{path}"] = text

    def record(self, kind, label, name, arguments, attributes):
        call = {"file": self.file, "kind": kind, "label": label, "name": name, "arguments": arguments}
        self.calls.append(call if attributes is None else call | {"attributes": attributes})

    def list_tags(self, label, name):
        tags = self.known["extensions"].get(f"{label} {name}")
        if tags is None:
            raise EvaluationError(f"use_extension of {label} {name}: no extension of a pinned module is known by this name")
        return list(tags)

    def glob(self, include, exclude, allow_empty):
        package = os.path.join(self.root, os.path.dirname(self.file))
        files = list_package_files(package)
        found = [path for path in files if matches(path, include) and not matches(path, exclude)]
        for pattern in include:
            if not allow_empty and not any(matches(path, [pattern]) for path in files):
                raise EvaluationError(f"glob {pattern}: it matches nothing")
        return found

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf8") as source:
            return source.read()


class EvaluationError(Exception):
    """Something that Bazel would refuse while it loads."""


def is_own(label):
    return label.startswith("//")


def list_build_files(root):
    ignored = open(os.path.join(root, ".bazelignore"), encoding="utf8").read().split()
    found = []
    for folder, folders, files in os.walk(root):
        relative = os.path.relpath(folder, root)
        folders[:] = [each for each in folders
                      if each != ".git" and os.path.normpath(os.path.join(relative, each)) not in ignored]
        found += [os.path.normpath(os.path.join(relative, name)) for name in files if name in BUILD_FILES]
    return sorted(found)


def list_package_files(package):
    """Files of a package, sorted: what lies below another BUILD file belongs to that package."""
    found = []
    for folder, folders, files in os.walk(package):
        folders[:] = [each for each in folders
                      if not any(os.path.exists(os.path.join(folder, each, name)) for name in BUILD_FILES)]
        found += [os.path.relpath(os.path.join(folder, name), package) for name in files]
    return sorted(found)


def matches(path, patterns):
    return any(re.fullmatch(translate(pattern), path) for pattern in patterns)


def translate(pattern):
    """A glob as a regular expression: `**` is any number of whole segments, `*` does not cross a slash."""
    segments = ["(?:[^/]+/)*[^/]+" if each == "**" else re.escape(each).replace(r"\*", "[^/]*")
                for each in pattern.split("/")]
    return "/".join(segments).replace("(?:[^/]+/)*[^/]+/", "(?:[^/]+/)*")


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump(Evaluation(request["root"], request["known"]).run(), sys.stdout)
