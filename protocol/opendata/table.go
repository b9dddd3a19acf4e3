package opendata

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
)

// Least is the least count that is published (k-anonymity with k = 10).
const Least = 10

// All stands for the total over facilities or days.
const All = "*"

// Count is how many requests of a service a facility had on a day.
type Count struct {
	Service, Facility, Day string
	Requests               int
}

// Published is a count as it is published.
type Published struct {
	Count
	Hidden bool // Requests is 0 then
}

// Publish makes the tables of all services over the days, by service, facility and
// day, each with its totals. Days on which a facility had nothing are zeros; every
// day of the counts has to be among days.
func Publish(counts []Count, days []string) (all []Published) {
	services := map[string]map[string][]int{} // by facility, by day
	for _, c := range counts {
		if services[c.Service] == nil {
			services[c.Service] = map[string][]int{}
		}
		row := services[c.Service][c.Facility]
		if row == nil {
			row = make([]int, len(days))
			services[c.Service][c.Facility] = row
		}
		if day := slices.Index(days, c.Day); day >= 0 {
			row[day] += c.Requests
		}
	}
	for _, service := range sorted(services) {
		facilities := sorted(services[service])
		var inner [][]int
		for _, f := range facilities {
			inner = append(inner, services[service][f])
		}
		t := newTable(inner)
		t.protect()
		for i, f := range append(facilities, All) {
			for j, day := range append(slices.Clone(days), All) {
				p := Published{Count{service, f, day, t.at[i][j]}, t.hidden[i][j]}
				if p.Hidden {
					p.Requests = 0
				}
				all = append(all, p)
			}
		}
	}
	return all
}

func sorted[T any](m map[string]T) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Write writes the tables as CSV (RFC 4180) with a header; a count that is not
// published is empty.
func Write(w io.Writer, all []Published) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"service", "facility", "day", "requests"}); err != nil {
		return err
	}
	for _, p := range all {
		n := strconv.Itoa(p.Requests)
		if p.Hidden {
			n = ""
		}
		if err := out.Write([]string{p.Service, p.Facility, p.Day, n}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
