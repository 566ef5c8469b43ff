module instc.dev/tests/ruletest

go 1.23

require instc.dev/rt v0.0.0

replace instc.dev/rt => ../../../../compiler/rt
