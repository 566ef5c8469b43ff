package dsn

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Drivers say in types of their own what a database has answered, and nothing here may import them. So a code is what a method of a known name says,
// or a number in a field that is known by the name of its type.

// codeFields are the fields with the code of an error, by the type of the error.
var codeFields = map[string]string{
	"mysql.MySQLError": "Number", "sqlite3.Error": "Code", "proto.Exception": "Code", "clickhouse.Exception": "Code", "network.OracleError": "ErrCode",
}

const maxWrapped = 16

// ErrorCode is the code with which a database has refused something, as the conventions want it in db.response.status_code: SQLSTATE of PostgreSQL, the number of MySQL,
// SQLite, SQL Server and Oracle, the first word of what Redis says. It looks at what the error wraps, too. "" where there is none.
func ErrorCode(value any) (code string) {
	defer func() {
		if recover() != nil { // methods of foreign errors may
			code = ""
		}
	}()
	err, _ := value.(error)
	for depth := 0; err != nil && depth < maxWrapped; depth++ {
		if code = codeOf(err); code != "" {
			return code
		}
		err = errors.Unwrap(err)
	}
	return ""
}

func codeOf(err error) string {
	switch known := err.(type) {
	case interface{ SQLState() string }:
		return plainCode(known.SQLState())
	case interface{ SQLErrorNumber() int32 }:
		return fmt.Sprint(known.SQLErrorNumber())
	case interface{ RedisError() }:
		word, _, _ := strings.Cut(err.Error(), " ")
		if strings.ToUpper(word) != word {
			return ""
		}
		return plainCode(word)
	}
	v := reflect.ValueOf(err)
	name := strings.TrimPrefix(v.Type().String(), "*")
	if by, ok := err.(interface{ Code() int }); ok && name == "sqlite.Error" {
		return fmt.Sprint(by.Code())
	}
	field := codeFields[name]
	if field == "" {
		return ""
	}
	if v = reflect.Indirect(v).FieldByName(field); !v.IsValid() {
		return ""
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if name == "network.OracleError" {
			return fmt.Sprintf("ORA-%05d", v.Int())
		}
		return fmt.Sprint(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprint(v.Uint())
	}
	return ""
}

// plainCode is a code, or "" where the text is none: it may come from whoever answers in place of a database, and it names series of metrics.
func plainCode(code string) string {
	if len(code) > 20 {
		return ""
	}
	for i := 0; i < len(code); i++ {
		if !isAlnum(code[i]) && code[i] != '_' && code[i] != '-' {
			return ""
		}
	}
	return code
}
