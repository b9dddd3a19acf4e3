package tlv

// AppendHeader appends tag and the shortest form of the length.
func AppendHeader(dst []byte, tag Tag, length int) []byte {
	for shift := 16; shift > 0; shift -= 8 {
		if tag >= 1<<shift {
			dst = append(dst, byte(tag>>shift))
		}
	}
	dst = append(dst, byte(tag))
	if length < 0x80 {
		return append(dst, byte(length))
	}
	n := 1
	for rest := length >> 8; rest > 0; rest >>= 8 {
		n++
	}
	dst = append(dst, 0x80|byte(n))
	for i := n - 1; i >= 0; i-- {
		dst = append(dst, byte(length>>(8*i)))
	}
	return dst
}

// Append appends a data object.
func Append(dst []byte, tag Tag, value []byte) []byte {
	return append(AppendHeader(dst, tag, len(value)), value...)
}

// Encode returns a data object whose value is the parts joined; parts that are
// data objects themselves make it a constructed one.
func Encode(tag Tag, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b := AppendHeader(make([]byte, 0, n+MaxHeaderBytes), tag, n)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}
