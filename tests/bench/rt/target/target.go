package target

import (
	"context"
	"unsafe"
)

// The keys and constants as the compiler emits them: length, then name.
const (
	keyMethod   = "\x0a\x13http.request.method"
	keyPath     = "\x0a\x08url.path"
	keyHost     = "\x0a\x0eserver.address"
	keyPort     = "\x0a\x0bserver.port"
	keyPeer     = "\x0a\x0eclient.address"
	keyAgent    = "\x0a\x13user_agent.original"
	keyVersion  = "\x0a\x18network.protocol.version"
	keyRoute    = "\x0a\x0ahttp.route"
	keyStatus   = "\x0a\x19http.response.status_code"
	constScheme = "\x4a\x15\x0a\x0aurl.scheme\x12\x07\x0a\x05https"
)

// On says whether the port is there.
func On() bool { return instcPort != nil }

// Request is what a server hook sees.
type Request struct {
	Context                         context.Context
	Header                          map[string][]string
	Method, Path, Host, Peer, Agent string
}

type state struct {
	on   bool
	node unsafe.Pointer
	slot unsafe.Pointer
	ctx  context.Context
}

// Serve is an instrumented function: head line and enter and exit functions in the shape that the backend writes.
func Serve(r *Request) (status int) {
	if instcPort != nil {
		if s := enterServe(r); s.on {
			r.Context = s.ctx
			defer func() { exitServe(s, r, status) }()
		}
	}
	return serve(r)
}

// Plain is Serve as its author wrote it.
func Plain(r *Request) (status int) { return serve(r) }

//go:noinline
func serve(r *Request) int { return 200 }

// WithServer runs f inside a server span.
func WithServer(r *Request, f func(context.Context)) {
	s := enterServe(r)
	defer exitServe(s, r, 200)
	f(s.ctx)
}

// ServeMeasured is Serve by a rule with a metric.
func ServeMeasured(r *Request) (status int) {
	if instcPort != nil {
		if s := enterRule(instcPort.rules[2], r); s.on {
			r.Context = s.ctx
			defer func() { exitRule(instcPort.rules[2], s, status, true) }()
		}
	}
	return serve(r)
}

func enterServe(r *Request) state { return enterRule(instcPort.rules[0], r) }

func enterRule(rule unsafe.Pointer, r *Request) (s state) {
	if !instcPort.on(rule) {
		return
	}
	defer instcPort.recovered[0]()
	node, body := instcPort.beginHeader(rule, 2|128, r.Context, r.Header, r.Method)
	if node == nil {
		return
	}
	if body != nil {
		instcPort.constant(body, constScheme, 1)
		instcPort.str(body, keyMethod, r.Method)
		instcPort.str(body, keyPath, r.Path)
		instcPort.str(body, keyHost, r.Host)
		instcPort.integer(body, keyPort, 443)
		instcPort.str(body, keyPeer, r.Peer)
		instcPort.str(body, keyAgent, r.Agent)
		instcPort.str(body, keyVersion, "1.1")
	}
	return state{on: true, node: node, slot: instcPort.enter(node), ctx: instcPort.context(r.Context, node)}
}

func exitServe(s state, r *Request, status int) { exitRule(instcPort.rules[0], s, status, false) }

func exitRule(rule unsafe.Pointer, s state, status int, measured bool) {
	defer instcPort.left(rule, s.node)
	instcPort.leave(s.node, s.slot)
	if instcPort.recording(s.node) {
		if body := instcPort.open(s.node); body != nil {
			instcPort.str(body, keyRoute, "/users/{id}")
			instcPort.integer(body, keyStatus, int64(status))
			instcPort.name(body, "GET /users/{id}")
			if measured {
				instcPort.measure(body, 0, instcPort.elapsed(body))
			}
			instcPort.finish(s.node, body)
		}
	}
}

// Call is an instrumented client: a span and the injected header.
func Call(ctx context.Context, header map[string][]string) {
	rule := instcPort.rules[1]
	node, body := instcPort.begin(rule, 3, ctx, "GET")
	if body != nil {
		instcPort.constant(body, constScheme, 1)
		instcPort.str(body, keyMethod, "GET")
		instcPort.str(body, keyHost, "example.com")
		instcPort.integer(body, keyPort, 443)
		instcPort.str(body, keyPath, "/users/1")
	}
	instcPort.injectHeader(node, header)
	if body = instcPort.open(node); body != nil {
		instcPort.integer(body, keyStatus, 200)
		instcPort.close(body)
	}
	instcPort.end(node)
}

// Internal is the cheapest span there is.
func Internal(ctx context.Context) {
	node, _ := instcPort.begin(instcPort.rules[1], 1, ctx, "internal")
	instcPort.end(node)
}

// Enrich sets the route on the server span of the context.
func Enrich(ctx context.Context) {
	node := instcPort.enrich(ctx, 1)
	if node == nil {
		return
	}
	if body := instcPort.open(node); body != nil {
		instcPort.setStr(body, keyRoute, "/users/{id}")
		instcPort.name(body, "GET /users/{id}")
		instcPort.close(body)
	}
}

// Everything makes a span with one attribute of each type and a failure.
func Everything(ctx context.Context, id int64, text string, integer int64, float float64, boolean bool, list []string, err error) {
	node, body := instcPort.begin(instcPort.rules[1], 5, ctx, text)
	instcPort.integer(body, "\x0a\x02id", id)
	instcPort.str(body, "\x0a\x04text", text)
	instcPort.integer(body, "\x0a\x07integer", integer)
	instcPort.float(body, "\x0a\x05float", float)
	instcPort.boolean(body, "\x0a\x07boolean", boolean)
	instcPort.strs(body, "\x0a\x04list", list)
	instcPort.fail(node, err)
	instcPort.end(node)
}

// Annotate makes a span with an event, links and another time, and measures it.
func Annotate(ctx context.Context, began, ended int64, linked map[string][]string, value float64) {
	rule := instcPort.rules[1]
	node, body := instcPort.begin(rule, 3, ctx, "annotated")
	instcPort.began(body, began)
	instcPort.integer(body, "\x0a\x02id", 1)
	instcPort.str(body, keyMethod, "GET")
	instcPort.linkHeader(node, linked)
	if body = instcPort.open(node); body != nil {
		instcPort.aside(body)
		instcPort.str(body, "\x0a\x04text", "of the event")
		instcPort.event(body, "happened")
		instcPort.measure(body, 0, instcPort.elapsed(body))
		instcPort.aside(body)
		instcPort.str(body, keyMethod, "PUT")
		instcPort.measure(body, 1, value)
		instcPort.close(body)
	}
	instcPort.endAt(node, ended)
}

// Count measures without a span.
func Count(value float64) {
	if body := instcPort.sample(instcPort.rules[1]); body != nil {
		instcPort.str(body, keyMethod, "POST")
		instcPort.measure(body, 1, value)
		instcPort.discard(body)
	}
}
