package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kafka starts a broker, the real one in KRaft mode, and says where it listens. Its jars come through Maven and stay in .cache, since that takes a minute.
func Kafka(t testing.TB) string {
	t.Helper()
	jars := kafkaJars(t)
	dir, addr := t.TempDir(), FreeAddr(t)
	text, err := os.ReadFile(filepath.Join(Root(t), "tests/e2e/kafka/server.properties"))
	if err != nil {
		t.Fatal(err)
	}
	properties := filepath.Join(dir, "server.properties")
	filled := strings.NewReplacer("@ADDR@", addr, "@CONTROLLER@", FreeAddr(t), "@DATA@", filepath.Join(dir, "data")).Replace(string(text))
	if err := os.WriteFile(properties, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	java := []string{"-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", jars + "/*"}
	format := append(java[:len(java):len(java)], "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", properties)
	if out := Command(t, dir, os.Environ(), "java", format...); out.Code != 0 {
		t.Fatalf("the broker's storage: %s%s", out.Stdout, out.Stderr)
	}
	Serve(t, addr, os.Kill, exec.Command("java", append(java, "kafka.Kafka", properties)...))
	return addr
}

func kafkaJars(t testing.TB) string {
	t.Helper()
	jars := filepath.Join(Root(t), ".cache/kafka")
	done := filepath.Join(jars, "complete")
	if _, err := os.Stat(done); err == nil {
		return jars
	}
	out := Command(t, filepath.Join(Root(t), "tests/e2e/kafka"), os.Environ(), "mvn", "-q", "-B",
		"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies", "-DoutputDirectory="+jars)
	if out.Code != 0 {
		t.Fatalf("Maven does not bring the broker (.ci/setup maven openjdk-17-jre-headless): %s%s", out.Stdout, out.Stderr)
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return jars
}
