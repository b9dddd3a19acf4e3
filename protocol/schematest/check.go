package schematest

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Schema is a schema to hold documents against. It is for one goroutine.
type Schema struct {
	root     any
	patterns map[string]*regexp.Regexp
}

// Parse reads a schema.
func Parse(text []byte) (*Schema, error) {
	s := &Schema{patterns: map[string]*regexp.Regexp{}}
	return s, json.Unmarshal(text, &s.root)
}

// Document returns what is wrong with a document; an error means that it is no JSON.
func (s *Schema) Document(text []byte) (faults []string, err error) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return s.Value(v), nil
}

// Value returns what is wrong with a value as encoding/json decodes it.
func (s *Schema) Value(v any) []string { return s.check("$", s.root, v) }

// check holds a value at a place in its document against a part of the schema.
func (s *Schema) check(at string, schema, v any) (faults []string) {
	if whole, ok := schema.(bool); ok {
		if !whole {
			return []string{at + ": nothing may be here"}
		}
		return nil
	}
	words, ok := schema.(map[string]any)
	if !ok {
		return []string{at + ": no schema"}
	}
	for word, rule := range words {
		if in, nested := s.inside(at, words, word, rule, v); nested {
			faults = append(faults, in...)
		} else if !s.holds(words, word, rule, v) {
			faults = append(faults, at+": "+word)
		}
	}
	return faults
}

// inside follows the words that hold other schemas.
func (s *Schema) inside(at string, words map[string]any, word string, rule, v any) (faults []string, nested bool) {
	switch word {
	case "properties":
		members, _ := v.(map[string]any)
		for name, rule := range rule.(map[string]any) {
			if value, has := members[name]; has {
				faults = append(faults, s.check(at+"."+name, rule, value)...)
			}
		}
	case "items":
		entries, _ := v.([]any)
		for _, e := range entries {
			faults = append(faults, s.check(at+"[]", rule, e)...)
		}
	case "allOf":
		for _, rule := range rule.([]any) {
			faults = append(faults, s.check(at, rule, v)...)
		}
	case "if":
		branch := "then"
		if len(s.check(at, rule, v)) > 0 {
			branch = "else"
		}
		if then, has := words[branch]; has {
			faults = s.check(at, then, v)
		}
	case "then", "else": // with if
	default:
		return nil, false
	}
	return faults, true
}

// holds checks the words that say something about the value itself.
func (s *Schema) holds(words map[string]any, word string, rule, v any) bool {
	text, isText := v.(string)
	number, isNumber := v.(float64)
	list, isList := v.([]any)
	members, isObject := v.(map[string]any)
	switch word {
	case "$schema", "$id", "title", "description":
		return true
	case "type":
		return isType(rule, v)
	case "const":
		return reflect.DeepEqual(v, rule)
	case "enum":
		return slices.Contains(rule.([]any), v)
	case "minimum":
		return !isNumber || number >= rule.(float64)
	case "maximum":
		return !isNumber || number <= rule.(float64)
	case "minLength":
		return !isText || utf8.RuneCountInString(text) >= int(rule.(float64))
	case "maxLength":
		return !isText || utf8.RuneCountInString(text) <= int(rule.(float64))
	case "pattern":
		return !isText || s.pattern(rule.(string)).MatchString(text)
	case "minItems":
		return !isList || len(list) >= int(rule.(float64))
	case "maxItems":
		return !isList || len(list) <= int(rule.(float64))
	case "uniqueItems":
		return !isList || rule == false || !slices.ContainsFunc(list, func(e any) bool { return count(list, e) > 1 })
	case "required":
		return !isObject || !slices.ContainsFunc(rule.([]any), func(name any) bool { _, has := members[name.(string)]; return !has })
	case "additionalProperties":
		return !isObject || closed(words, members)
	}
	return strings.HasPrefix(word, "x-")
}

func isType(rule, v any) (ok bool) {
	switch rule {
	case "object":
		_, ok = v.(map[string]any)
	case "array":
		_, ok = v.([]any)
	case "string":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "integer":
		n, isNumber := v.(float64)
		ok = isNumber && n == float64(int64(n))
	}
	return ok
}

// closed: every member has a schema.
func closed(words, members map[string]any) bool {
	properties, _ := words["properties"].(map[string]any)
	for name := range members {
		if _, has := properties[name]; !has {
			return false
		}
	}
	return true
}

func count(list []any, e any) (n int) {
	for _, other := range list {
		if reflect.DeepEqual(e, other) {
			n++
		}
	}
	return n
}

func (s *Schema) pattern(text string) *regexp.Regexp {
	p, known := s.patterns[text]
	if !known {
		p = regexp.MustCompile(text)
		s.patterns[text] = p
	}
	return p
}
