package rt

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// portFields reads the instcPortTable of a Go text and gives "name type" per field, with parameter names dropped.
func portFields(t *testing.T, text string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "port.go", "package p\n"+text, 0)
	if err != nil {
		t.Fatalf("the port's text does not parse: %v", err)
	}
	var fields []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "instcPortTable" {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			for _, name := range field.Names {
				fields = append(fields, name.Name+" "+typeText(field.Type))
			}
		}
		return false
	})
	return fields
}

// typeText spells a type the way reflect does.
func typeText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + typeText(e.X)
	case *ast.Ident:
		switch e.Name {
		case "any":
			return "interface {}"
		case "byte":
			return "uint8"
		}
		return e.Name
	case *ast.SelectorExpr:
		return typeText(e.X) + "." + e.Sel.Name
	case *ast.ArrayType:
		return "[]" + typeText(e.Elt)
	case *ast.MapType:
		return "map[" + typeText(e.Key) + "]" + typeText(e.Value)
	case *ast.FuncType:
		text := "func(" + strings.Join(fieldTypes(e.Params), ", ") + ")"
		switch results := fieldTypes(e.Results); len(results) {
		case 0:
		case 1:
			text += " " + results[0]
		default:
			text += " (" + strings.Join(results, ", ") + ")"
		}
		return text
	}
	return "?"
}

func fieldTypes(list *ast.FieldList) (types []string) {
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for i := 0; i < len(field.Names) || i == 0; i++ {
			types = append(types, typeText(field.Type))
		}
	}
	return types
}

func reflectedPort() (fields []string) {
	port := reflect.TypeOf(Port{})
	for i := 0; i < port.NumField(); i++ {
		fields = append(fields, port.Field(i).Name+" "+port.Field(i).Type.String())
	}
	return fields
}

func samePort(t *testing.T, where string, text string) {
	t.Helper()
	got, want := portFields(t, text), reflectedPort()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s and rt.Port differ:\n%s\n--- rt.Port\n%s", where, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPortMatchesTargetText(t *testing.T) {
	text, err := os.ReadFile("port_target.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	samePort(t, "port_target.go.txt", strings.ReplaceAll(string(text), "@{context}", "context.Context"))
}

func TestPortMatchesContract(t *testing.T) {
	document, err := os.ReadFile("../../docs/backend.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)type instcPortTable struct \{.*?\n\}\n`).Find(document)
	if found == nil {
		t.Fatal("docs/backend.md has no instcPortTable")
	}
	samePort(t, "docs/backend.md", string(found))
}

func TestPortMismatchIsSeen(t *testing.T) {
	text, err := os.ReadFile("port_target.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "key, value string", "key string, value int", 1)
	if reflect.DeepEqual(portFields(t, strings.ReplaceAll(changed, "@{context}", "context.Context")), reflectedPort()) {
		t.Error("a changed field type is not noticed")
	}
}
