# Every rule of the bundled ruleset but one.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

# Files are named by what they hold; a main.tf and an empty outputs.tf would say nothing.
rule "terraform_standard_module_structure" {
  enabled = false
}
