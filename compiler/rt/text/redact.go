package text

import (
	"net/url"
	"strings"
)

const redacted = "REDACTED"

// secretParameters are query parameters whose values are credentials: those of the HTTP conventions first, then the usual names of tokens.
var secretParameters = map[string]bool{
	"awsaccesskeyid": true, "signature": true, "sig": true, "x-goog-signature": true,
	"x-amz-signature": true, "x-amz-credential": true, "x-amz-security-token": true, "x-goog-credential": true,
	"access_token": true, "id_token": true, "refresh_token": true, "token": true, "auth": true, "authorization": true, "jwt": true, "code": true,
	"api_key": true, "apikey": true, "api-key": true, "key": true, "password": true, "passwd": true, "pwd": true, "secret": true,
	"client_secret": true, "session": true, "sessionid": true, "session_id": true, "sid": true, "x-api-key": true,
}

// RedactURL takes credentials out of a URL: the user information and the values of parameters that hold signatures or tokens. The rest stays
// byte for byte.
func RedactURL(raw string) string {
	raw = cutText(raw, maxText)
	var b strings.Builder
	rest := raw
	if i := strings.Index(raw, "//"); i >= 0 && !strings.ContainsAny(raw[:i], "?#") {
		authority := raw[i+2:]
		if end := strings.IndexAny(authority, "/?#\\"); end >= 0 {
			authority = authority[:end]
		}
		b.WriteString(raw[:i+2])
		rest = raw[i+2+len(authority):]
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			b.WriteString(redacted + ":" + redacted)
			authority = authority[at:]
		}
		b.WriteString(authority)
	}
	i := strings.IndexAny(rest, "?#")
	if i < 0 {
		b.WriteString(rest)
		return b.String()
	}
	b.WriteString(rest[:i+1])
	rest = rest[i+1:]
	if hash := strings.IndexByte(rest, '#'); hash >= 0 {
		b.WriteString(RedactQuery(rest[:hash]) + "#")
		rest = rest[hash+1:]
	}
	b.WriteString(RedactQuery(rest))
	return b.String()
}

// RedactQuery does the same for the raw query of a URL.
func RedactQuery(query string) string {
	query = cutText(query, maxText)
	if !strings.Contains(query, "=") {
		return query
	}
	var b strings.Builder
	for len(query) > 0 {
		pair, separator := query, ""
		if end := strings.IndexAny(query, "&;"); end >= 0 {
			pair, separator = query[:end], query[end:end+1]
		}
		query = query[len(pair)+len(separator):]
		if name := strings.IndexByte(pair, '='); name >= 0 && isSecret(pair[:name]) {
			pair = pair[:name+1] + redacted
		}
		b.WriteString(pair + separator)
	}
	return b.String()
}

func isSecret(name string) bool {
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	return secretParameters[strings.ToLower(name)]
}
