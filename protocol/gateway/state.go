package gateway

import (
	"encoding/binary"
	"errors"
	"time"
)

// Date is the day of an instant in Viet Nam (UTC+7, no summer time) as yymmdd.
func Date(t time.Time) string {
	return t.UTC().Add(7 * time.Hour).Format("060102")
}

// CountUp adds one to a counter in st and returns it; the first is 1.
func CountUp(st State, key string) (uint64, error) {
	value, found, err := st.Get(key)
	if err != nil {
		return 0, err
	}
	var n uint64
	if found {
		if len(value) != 8 {
			return 0, errors.New("counting: the state holds something else under this key")
		}
		n = binary.BigEndian.Uint64(value)
	}
	n++
	return n, st.Set(key, binary.BigEndian.AppendUint64(nil, n))
}
