package detcbor

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// Bounds of what [Read] takes.
const (
	mostElements = 1 << 14 // of an array
	mostNesting  = 8       // of an item that is kept as it is
)

// Read reads b, if it is what a deterministic encoder writes of a T, whose fields
// carry the names of github.com/fxamacker/cbor/v2; kinds of fields that are not
// known here are refused. Bounds of the values, and whether a RawMessage means
// something, are the caller's to check. What it gives shares nothing with b.
func Read[T any](b []byte) (v T, ok bool) {
	r := Reader{rest: b}
	shapeFor(reflect.TypeFor[T]())(&r, reflect.ValueOf(&v).Elem())
	return v, r.End()
}

// shapes are those of the types that were read before.
var shapes sync.Map

func shapeFor(t reflect.Type) shape {
	if known, ok := shapes.Load(t); ok {
		return known.(shape)
	}
	s := shapeOf(t)
	shapes.Store(t, s)
	return s
}

// shape reads one item into a value of its type.
type shape func(*Reader, reflect.Value)

// refuse reads nothing.
func refuse(r *Reader, _ reflect.Value) { r.bad = true }

func shapeOf(t reflect.Type) shape {
	if reads := reflect.PointerTo(t).Implements(reflect.TypeFor[cbor.Unmarshaler]()); reads && t.Kind() != reflect.Array && t != reflect.TypeFor[cbor.RawMessage]() {
		return refuse // it knows by itself how
	}
	switch t.Kind() {
	case reflect.Bool:
		return readBool
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return readUnsigned
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return readSigned
	case reflect.String:
		return func(r *Reader, v reflect.Value) { v.SetString(string(r.Text())) }
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return readFixed
		}
	case reflect.Slice:
		return sliceShape(t)
	case reflect.Pointer:
		elem := shapeOf(t.Elem())
		return func(r *Reader, v reflect.Value) {
			v.Set(reflect.New(t.Elem()))
			elem(r, v.Elem())
		}
	case reflect.Struct:
		return structShape(t)
	default:
	}
	return refuse
}

func readBool(r *Reader, v reflect.Value) {
	switch b := r.Take(1); {
	case r.bad:
	case b[0] == valueTrue:
		v.SetBool(true)
	default:
		r.bad = b[0] != valueFalse
	}
}

func readUnsigned(r *Reader, v reflect.Value) {
	n := r.Head(MajorUnsigned)
	r.bad = r.bad || v.OverflowUint(n)
	v.SetUint(n)
}

func readSigned(r *Reader, v reflect.Value) {
	major := byte(MajorUnsigned)
	if r.Is(MajorNegative) {
		major = MajorNegative
	}
	n := r.Head(major)
	i := int64(n & math.MaxInt64)
	if major == MajorNegative {
		i = -1 - i
	}
	r.bad = r.bad || n > math.MaxInt64 || v.OverflowInt(i)
	v.SetInt(i)
}

// readFixed reads a byte string of the array's length.
func readFixed(r *Reader, v reflect.Value) {
	b := r.Bytes()
	r.bad = r.bad || len(b) != v.Len()
	if !r.bad {
		copy(v.Bytes(), b)
	}
}

func sliceShape(t reflect.Type) shape {
	switch {
	case t == reflect.TypeFor[cbor.RawMessage]():
		return func(r *Reader, v reflect.Value) { v.SetBytes(bytes.Clone(r.raw())) }
	case t.Elem().Kind() == reflect.Uint8:
		return func(r *Reader, v reflect.Value) {
			if b := r.Bytes(); !r.bad {
				v.SetBytes(append([]byte{}, b...)) // an empty one is not nil
			}
		}
	}
	elem := shapeOf(t.Elem())
	return func(r *Reader, v reflect.Value) {
		n := r.Head(MajorArray)
		if n > mostElements || n > uint64(len(r.rest)) {
			r.bad = true
		}
		if r.bad {
			return
		}
		v.Set(reflect.MakeSlice(t, int(n), int(n)))
		for i := 0; i < int(n) && !r.bad; i++ {
			elem(r, v.Index(i))
		}
	}
}

// field is one of a struct.
type field struct {
	key   string // encoded
	index int
	omit  bool // when it is empty
	shape shape
}

func structShape(t reflect.Type) shape {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		if tag == "" || tag == "-" || !f.IsExported() || options != "" && options != "omitempty" {
			return refuse
		}
		key := string(AppendHead(nil, MajorText, len(tag))) + tag
		fields = append(fields, field{key, i, options != "", shapeOf(f.Type)})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.key, b.key) })
	return func(r *Reader, v reflect.Value) {
		left := r.Head(MajorMap)
		for i := range fields {
			f := &fields[i]
			switch {
			case r.bad:
				return
			case left > 0 && r.skip(f.key):
				left--
				f.shape(r, v.Field(f.index))
				r.bad = r.bad || f.omit && empty(v.Field(f.index))
			case !f.omit:
				r.bad = true
			}
		}
		r.bad = r.bad || left > 0
	}
}

// empty tells that an encoder leaves a value out. Structs and arrays are always
// written.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct, reflect.Array:
		return false
	case reflect.Slice:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

// raw takes one item as it is, of whatever shape.
func (r *Reader) raw() []byte {
	from := r.rest
	r.pass(0)
	if r.bad {
		return nil
	}
	return from[:len(from)-len(r.rest)]
}

// pass takes one item.
func (r *Reader) pass(depth int) {
	switch {
	case !r.More() || depth == mostNesting:
		r.bad = true
	case r.Is(MajorUnsigned):
		r.Head(MajorUnsigned)
	case r.Is(MajorNegative):
		r.Head(MajorNegative)
	case r.Is(MajorBytes):
		r.Bytes()
	case r.Is(MajorText):
		r.Text()
	case r.Is(MajorArray):
		r.passItems(r.Head(MajorArray), 1, depth+1)
	case r.Is(MajorMap):
		r.passItems(r.Head(MajorMap), 2, depth+1)
	default:
		b := r.Take(1)
		r.bad = r.bad || b[0] != valueFalse && b[0] != valueTrue && b[0] != valueNull
	}
}

// passItems takes n times as many items as each one is made of.
func (r *Reader) passItems(n, each uint64, depth int) {
	r.bad = r.bad || n > mostElements
	for left := n * each; left > 0 && !r.bad; left-- {
		r.pass(depth)
	}
}
