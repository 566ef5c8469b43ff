package harness

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Modules serves the modules below dir, folders named path@version, as a module proxy of files. What comes back goes into an
// environment; the module cache in it lasts as long as the test.
func Modules(t testing.TB, dir string) []string {
	t.Helper()
	proxy := t.TempDir()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || !strings.Contains(entry.Name(), "@") {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if err := publish(proxy, filepath.ToSlash(name), path); err != nil {
			return err
		}
		return fs.SkipDir
	})
	if err != nil {
		t.Fatal(err)
	}
	return []string{"GOPROXY=file://" + proxy, "GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=", "GOFLAGS=-modcacherw",
		"GOMODCACHE=" + t.TempDir(), "INSTC_CACHE=" + t.TempDir()}
}

// publish adds the module name, path@version, whose files are in dir.
func publish(proxy, name, dir string) error {
	module, version, _ := strings.Cut(name, "@")
	versions := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	list, err := os.OpenFile(filepath.Join(versions, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer list.Close()
	if _, err := list.WriteString(version + "\n"); err != nil {
		return err
	}
	for suffix, text := range map[string]string{".info": `{"Version": "` + version + `"}`, ".mod": string(mod)} {
		if err := os.WriteFile(filepath.Join(versions, version+suffix), []byte(text), 0o644); err != nil {
			return err
		}
	}
	archive, err := os.Create(filepath.Join(versions, version+".zip"))
	if err != nil {
		return err
	}
	defer archive.Close()
	w := zip.NewWriter(archive)
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, _ := filepath.Rel(dir, path)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := w.Create(name + "/" + filepath.ToSlash(inside))
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// Ruled compiles the rule file rules with instc, copies the program at dir, builds the copy both ways and returns the two
// executables.
func Ruled(t testing.TB, rules, dir string, env []string) App {
	t.Helper()
	work := t.TempDir()
	pack, copied := filepath.Join(work, "rules.pack.json"), filepath.Join(work, "app")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	app := App{filepath.Join(work, "plain"), filepath.Join(work, "instrumented")}
	steps := [][]string{
		{Instc(t), "compile", "--only", "-o", pack, rules},
		{"go", "mod", "tidy"},
		{"go", "build", "-o", app.Plain, "."},
		{Instc(t), "go", "--rules=" + pack, "build", "-o", app.Instrumented, "."},
	}
	for _, step := range steps {
		if ended := Command(t, copied, Environ(env...), step[0], step[1:]...); ended.Code != 0 {
			t.Fatalf("%s:\n%s%s", strings.Join(step, " "), ended.Stdout, ended.Stderr)
		}
	}
	return app
}
