package legacy

import (
	"fmt"
	"testing"
)

func fieldsOf(f *Format, values map[string]string) func(int) string {
	return func(i int) string { return values[f.Fields[i]] }
}

func TestExtract(t *testing.T) {
	const trace, short, span = "80f198ee56343ba864fe8b2a57d3eff7", "64fe8b2a57d3eff7", "e457b5a2e4d86bd1"
	const padded = "000000000000000064fe8b2a57d3eff7"
	type values = map[string]string
	for _, c := range []struct {
		format string
		values values
		want   string
	}{
		{"b3", values{"b3": trace + "-" + span + "-1-05e3ac9a4f6e3b90"}, trace + " " + span + " true false"},
		{"b3", values{"b3": trace + "-" + span + "-d"}, trace + " " + span + " true false"},
		{"b3", values{"b3": short + "-" + span + "-0"}, padded + " " + span + " false false"},
		{"b3", values{"b3": trace + "-" + span}, trace + " " + span + " false true"},
		{"b3", values{"b3": "0"}, "none"},
		{"b3", values{"b3": trace + "-" + span + "-x"}, "none"},
		{"b3", values{"b3": trace[1:] + "-" + span + "-1"}, "none"},
		{"b3", values{"b3": trace + "-" + span[1:] + "-1"}, "none"},
		{"b3", values{"b3": "00000000000000000000000000000000-" + span + "-1"}, "none"},
		{"b3", values{"b3": trace + "-0000000000000000-1"}, "none"},
		{"b3", values{"b3": "+" + trace[1:] + "-" + span + "-1"}, "none"},
		{"b3", values{"b3": trace + "-" + span + "-1-2-3"}, "none"},
		{"b3", values{}, "none"},
		{"b3multi", values{"x-b3-traceid": trace, "x-b3-spanid": span, "x-b3-sampled": "1"}, trace + " " + span + " true false"},
		{"b3multi", values{"x-b3-traceid": trace, "x-b3-spanid": span, "x-b3-sampled": "True"}, trace + " " + span + " true false"},
		{"b3multi", values{"x-b3-traceid": trace, "x-b3-spanid": span, "x-b3-flags": "1"}, trace + " " + span + " true false"},
		{"b3multi", values{"x-b3-traceid": short, "x-b3-spanid": span, "x-b3-sampled": "0"}, padded + " " + span + " false false"},
		{"b3multi", values{"x-b3-traceid": trace, "x-b3-spanid": span}, trace + " " + span + " false true"},
		{"b3multi", values{"x-b3-sampled": "0"}, "none"},
		{"jaeger", values{"uber-trace-id": trace + ":" + span + ":0:1"}, trace + " " + span + " true false"},
		{"jaeger", values{"uber-trace-id": "abc:1:0:03"}, "00000000000000000000000000000abc 0000000000000001 true false"},
		{"jaeger", values{"uber-trace-id": trace + "%3A" + span + "%3a0%3A0"}, trace + " " + span + " false false"},
		{"jaeger", values{"uber-trace-id": trace + ":" + span + ":0"}, "none"},
		{"jaeger", values{"uber-trace-id": "0:" + span + ":0:1"}, "none"},
		{"jaeger", values{"uber-trace-id": trace + "0:" + span + ":0:1"}, "none"},
		{"jaeger", values{"uber-trace-id": trace + ":" + span + ":0:zz"}, "none"},
	} {
		f := ByName(c.format)
		got := "none"
		if p, ok := f.Extract(fieldsOf(f, c.values)); ok {
			got = fmt.Sprintf("%x %x %v %v", p.TraceID, p.SpanID, p.Sampled, p.Deferred)
		}
		if got != c.want {
			t.Errorf("%s %v: %s, want %s", c.format, c.values, got, c.want)
		}
	}
	if ByName("zipkin") != nil {
		t.Error("a format that there is not")
	}
}

func TestEveryFormatReadsWhatItWrites(t *testing.T) {
	for _, f := range Formats {
		for _, sampled := range []bool{true, false} {
			want := Parent{TraceID: [16]byte{1, 15: 2}, SpanID: [8]byte{3, 7: 4}, Sampled: sampled}
			carrier := map[string]string{}
			f.Inject(want, func(i int, value string) { carrier[f.Fields[i]] = value })
			if got, ok := f.Extract(fieldsOf(f, carrier)); !ok || got != want {
				t.Errorf("%s: %v gave %+v", f.Name, carrier, got)
			}
		}
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1", "e457b5a2e4d86bd1", "1", "")
	f.Add("80f198ee56343ba864fe8b2a57d3eff7:e457b5a2e4d86bd1:0:1", "", "", "1")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		for _, format := range Formats {
			p, ok := format.Extract(func(i int) string { return [...]string{a, b, c, d}[i] })
			if ok && (p.TraceID == [16]byte{} || p.SpanID == [8]byte{} || p.Sampled && p.Deferred) {
				t.Errorf("%s took %q %q %q %q", format.Name, a, b, c, d)
			}
		}
	})
}
