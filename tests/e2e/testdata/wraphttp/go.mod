module wraphttp

go 1.23
