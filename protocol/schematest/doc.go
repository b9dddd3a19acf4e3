// Package schematest holds JSON documents against the schemas of docs/schemas, with
// the part of JSON Schema that those use. A word that it does not know is a fault.
// It serves tests only.
package schematest
