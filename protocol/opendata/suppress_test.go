package opendata_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"motcua/protocol/opendata"
)

// published is one table as it leaves.
type published struct {
	rows, columns int // without totals
	at            [][]int
	hidden        [][]bool
	truth         [][]int
}

func publish(t *testing.T, inner [][]int) published {
	t.Helper()
	var days []string
	for j := range inner[0] {
		days = append(days, fmt.Sprintf("day%02d", j))
	}
	var counts []opendata.Count
	for i, row := range inner {
		for j, n := range row {
			counts = append(counts, opendata.Count{Service: "H01", Facility: fmt.Sprintf("99/h%03d", i), Day: days[j], Requests: n})
		}
	}
	all := opendata.Publish(counts, days)
	p := published{rows: len(inner), columns: len(days), truth: inner}
	if len(all) != (p.rows+1)*(p.columns+1) {
		t.Fatalf("%d cells of %d", len(all), (p.rows+1)*(p.columns+1))
	}
	for i := range p.rows + 1 {
		line := all[i*(p.columns+1) : (i+1)*(p.columns+1)]
		var n []int
		var h []bool
		for _, c := range line {
			if c.Hidden && c.Requests != 0 {
				t.Errorf("a hidden cell says %d", c.Requests)
			}
			n, h = append(n, c.Requests), append(h, c.Hidden)
		}
		p.at, p.hidden = append(p.at, n), append(p.hidden, h)
	}
	return p
}

// value is what a cell truly is.
func (p published) value(i, j int) (n int) {
	for r := range p.rows {
		for c := range p.columns {
			if (i == r || i == p.rows) && (j == c || j == p.columns) {
				n += p.truth[r][c]
			}
		}
	}
	return n
}

// mayBe tells whether a cell can be n for all who know the published numbers, and that
// hidden ones are at least 1: it looks for a table that fits, those like the true one
// first.
func (p published) mayBe(row, column, n int) bool {
	guess := make([][]int, p.rows)
	for i := range guess {
		guess[i] = make([]int, p.columns)
	}
	fits := func(sum, i, j int) bool { return p.hidden[i][j] && sum >= 1 || !p.hidden[i][j] && sum == p.at[i][j] }
	whole := func() bool {
		total := 0
		for j := range p.columns {
			sum := 0
			for i := range p.rows {
				sum += guess[i][j]
			}
			total += sum
			if !fits(sum, p.rows, j) {
				return false
			}
		}
		return fits(total, p.rows, p.columns)
	}
	var try func(at int) bool
	try = func(at int) bool {
		if at == p.rows*p.columns {
			return whole()
		}
		i, j := at/p.columns, at%p.columns
		for _, v := range p.candidates(i, j) {
			if i == row && j == column && v != n {
				continue
			}
			guess[i][j] = v
			sum := 0
			for c := range j + 1 {
				sum += guess[i][c]
			}
			if j == p.columns-1 && !fits(sum, i, p.columns) {
				continue
			}
			if try(at + 1) {
				return true
			}
		}
		return false
	}
	return try(0)
}

// candidates are what a cell can be, the likeliest first.
func (p published) candidates(i, j int) []int {
	if !p.hidden[i][j] {
		return []int{p.at[i][j]}
	}
	all := []int{p.truth[i][j]}
	for d := 1; d < 40; d++ {
		all = append(all, p.truth[i][j]+d)
		if p.truth[i][j]-d >= 1 {
			all = append(all, p.truth[i][j]-d)
		}
	}
	return all
}

// TestNobodyComputesASmallCount: whatever an attacker computes from what is published,
// each count below the least may as well be as large as the least; of tables that are
// awkward, and of random ones.
func TestNobodyComputesASmallCount(t *testing.T) {
	tables := [][][]int{
		{{7, 19, 0}, {0, 4, 11}, {0, 4, 10}}, // two small ones have a sum that several lines give away together
		{{5, 0}, {2, 4}},                     // everything but the grand total is small
		{{1, 1}, {1, 1}}, {{9}}, {{0, 9}}, {{3, 40}, {40, 3}}, {{1, 10}, {10, 10}},
	}
	r := rand.New(rand.NewSource(1))
	for range 500 {
		inner := make([][]int, 1+r.Intn(3))
		for i, columns := range slices.Repeat([]int{1 + r.Intn(2)}, len(inner)) {
			inner[i] = make([]int, columns)
			for j := range inner[i] {
				inner[i][j] = []int{0, 1 + r.Intn(9), 10 + r.Intn(12), 10 + r.Intn(12)}[r.Intn(4)]
			}
		}
		tables = append(tables, inner)
	}
	small := 0
	for _, inner := range tables {
		p := publish(t, inner)
		for i := range inner {
			for j, n := range inner[i] {
				if n == 0 || n >= opendata.Least {
					continue
				}
				small++
				if !p.hidden[i][j] || !p.mayBe(i, j, opendata.Least) {
					t.Fatalf("%v: that row %d, column %d (%d) is small can be computed; hidden: %v", inner, i, j, n, p.hidden)
				}
			}
		}
	}
	if small < 300 {
		t.Errorf("%d small counts only", small)
	}
}

// TestWhatIsPublishedIsTrue: what is not hidden is the count, totals add up, and large
// tables keep most of their counts.
func TestWhatIsPublishedIsTrue(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	const rows, columns = 40, 31
	inner := make([][]int, rows)
	for i := range inner {
		inner[i] = make([]int, columns)
		for j := range inner[i] {
			if inner[i][j] = 10 + r.Intn(400); r.Intn(50) == 0 {
				inner[i][j] = 1 + r.Intn(9)
			}
		}
	}
	p := publish(t, inner)
	hidden := 0
	for i := range p.at {
		for j := range p.at[i] {
			switch {
			case p.hidden[i][j]:
				hidden++
			case p.at[i][j] != p.value(i, j):
				t.Errorf("row %d, column %d says %d, it is %d", i, j, p.at[i][j], p.value(i, j))
			}
		}
	}
	t.Logf("%d of %d hidden", hidden, (rows+1)*(columns+1))
	if hidden == 0 || hidden > (rows+1)*(columns+1)/10 {
		t.Errorf("%d of %d are hidden", hidden, (rows+1)*(columns+1))
	}
}

// TestNoDifferenceGivesOneAway: the plainest attack, a total less everything else.
func TestNoDifferenceGivesOneAway(t *testing.T) {
	p := publish(t, [][]int{{120, 3, 80}, {55, 60, 70}, {90, 95, 20}})
	for i := range p.at {
		n := 0
		for j := range p.at[i] {
			if p.hidden[i][j] {
				n++
			}
		}
		if n == 1 {
			t.Errorf("row %d hides one count, which its total gives away: %v", i, p.hidden)
		}
	}
	for j := range p.at[0] {
		n := 0
		for i := range p.at {
			if p.hidden[i][j] {
				n++
			}
		}
		if n == 1 {
			t.Errorf("column %d hides one count, which its total gives away: %v", j, p.hidden)
		}
	}
	if !p.hidden[0][1] {
		t.Error("3 is published")
	}
}

func TestNothingSmallNothingHidden(t *testing.T) {
	p := publish(t, [][]int{{10, 0, 80}, {55, 60, 0}})
	for i := range p.hidden {
		for j, h := range p.hidden[i] {
			if h {
				t.Errorf("row %d, column %d is hidden", i, j)
			}
		}
	}
}

func TestWrite(t *testing.T) {
	var b strings.Builder
	all := opendata.Publish([]opendata.Count{
		{Service: "H09", Facility: "99/h001", Day: "2026-03-02", Requests: 12},
		{Service: "H01", Facility: "99/h001", Day: "2026-03-02", Requests: 7},
		{Service: "H01", Facility: "99/h001", Day: "2026-03-02", Requests: 5},
		{Service: "H01", Facility: "99/h001", Day: "2026-03-03", Requests: 4},
	}, []string{"2026-03-02", "2026-03-03"})
	if err := opendata.Write(&b, all); err != nil {
		t.Fatal(err)
	}
	want := `service,facility,day,requests
H01,99/h001,2026-03-02,
H01,99/h001,2026-03-03,
H01,99/h001,*,16
H01,*,2026-03-02,
H01,*,2026-03-03,
H01,*,*,16
H09,99/h001,2026-03-02,12
H09,99/h001,2026-03-03,0
H09,99/h001,*,12
H09,*,2026-03-02,12
H09,*,2026-03-03,0
H09,*,*,12
`
	if b.String() != want {
		t.Errorf("written:\n%s", b.String())
	}
}
