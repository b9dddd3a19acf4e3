package opendata

import "math"

// table is counts with their totals in the last row and column.
type table struct {
	at     [][]int
	hidden [][]bool
}

// cell is the place of one count.
type cell struct{ row, column int }

func newTable(inner [][]int) *table {
	rows, columns := len(inner), len(inner[0])
	t := &table{at: make([][]int, rows+1), hidden: make([][]bool, rows+1)}
	for i := range t.at {
		t.at[i], t.hidden[i] = make([]int, columns+1), make([]bool, columns+1)
	}
	for i, row := range inner {
		for j, n := range row {
			for _, c := range []cell{{i, j}, {i, columns}, {rows, j}, {rows, columns}} {
				t.at[c.row][c.column] += n
			}
		}
	}
	return t
}

// protect hides what is small, and so much else that each small count could as well
// be [Least].
func (t *table) protect() {
	var small []cell
	for i := range t.at {
		for j, n := range t.at[i] {
			if n > 0 && n < Least {
				small = append(small, cell{i, j})
				t.hidden[i][j] = true
			}
		}
	}
	for _, c := range small {
		way := t.cheapest(c)
		if !t.fits(c, way) {
			t.hideAll()
			return
		}
		for _, s := range way {
			t.hidden[s.row][s.column] = true
		}
	}
}

func (t *table) hideAll() {
	for i := range t.at {
		for j, n := range t.at[i] {
			t.hidden[i][j] = n > 0
		}
	}
}

// line is a row or a column, whose last cell is the total of the others.
type line struct {
	column bool
	at     int
}

// total tells whether a cell is the total of the line.
func (t *table) total(l line, c cell) bool {
	if l.column {
		return c.row == len(t.at)-1
	}
	return c.column == len(t.at[0])-1
}

func (t *table) cells(l line) []cell {
	var all []cell
	if l.column {
		for i := range t.at {
			all = append(all, cell{i, l.at})
		}
		return all
	}
	for j := range t.at[0] {
		all = append(all, cell{l.at, j})
	}
	return all
}

// other is the second line of a cell.
func other(l line, c cell) line {
	if l.column {
		return line{false, c.row}
	}
	return line{true, c.column}
}

// shift is a cell that is made larger or smaller.
type shift struct {
	cell
	up bool
}

// state is a line that does not add up: over means that its cells are more than its
// total.
type state struct {
	line
	over bool
}

// after is the state of a line of which one cell was shifted.
func (t *table) after(l line, s shift) state { return state{l, s.up != t.total(l, s.cell)} }

// cheapest is what has to be shifted, and so hidden, that everything adds up when a
// small count is made [Least]: a way from its column to its row, each step of which
// mends one line and spoils the next. What is made smaller stays at least 1. Cells
// without requests are published and no step. Of several ways the one is taken that
// hides the fewest requests (Dijkstra).
func (t *table) cheapest(c cell) (way []shift) {
	by := Least - t.at[c.row][c.column]
	start, spoiled := t.after(line{true, c.column}, shift{c, true}), t.after(line{false, c.row}, shift{c, true})
	goal := state{spoiled.line, !spoiled.over}
	cost, done, last := map[state]int{start: 0}, map[state]bool{}, map[state]shift{}
	from := map[state]state{}
	for {
		here, found := nearest(cost, done)
		if !found {
			return nil
		}
		if here == goal {
			break
		}
		done[here] = true
		for _, x := range t.cells(here.line) {
			s := shift{x, here.over == t.total(here.line, x)}
			n := t.at[x.row][x.column]
			if x == c || n == 0 || !s.up && n-by < 1 {
				continue
			}
			next, price := t.after(other(here.line, x), s), cost[here]
			if !t.hidden[x.row][x.column] {
				price += n
			}
			if known, seen := cost[next]; !seen || price < known {
				cost[next], last[next], from[next] = price, s, here
			}
		}
	}
	for at := goal; at != start; at = from[at] {
		way = append(way, last[at])
	}
	return way
}

// nearest is the state to go on from.
func nearest(cost map[state]int, done map[state]bool) (best state, found bool) {
	least := math.MaxInt
	for s, c := range cost {
		if !done[s] && (c < least || c == least && before(s, best)) {
			best, least, found = s, c, true
		}
	}
	return best, found
}

// before orders states, so that the same table is always published in the same way.
func before(a, b state) bool {
	switch {
	case a.column != b.column:
		return b.column
	case a.at != b.at:
		return a.at < b.at
	}
	return !a.over && b.over
}

// fits tells whether the table adds up with a small count made [Least] and a way
// shifted, and everything on it is at least 1: a way may cross itself.
func (t *table) fits(c cell, way []shift) bool {
	by := Least - t.at[c.row][c.column]
	moved := map[cell]int{c: by}
	for _, s := range way {
		if s.up {
			moved[s.cell] += by
		} else {
			moved[s.cell] -= by
		}
	}
	excess := map[line]int{}
	for x, d := range moved {
		if t.at[x.row][x.column]+d < 1 {
			return false
		}
		for _, l := range []line{{false, x.row}, {true, x.column}} {
			if t.total(l, x) {
				excess[l] -= d
			} else {
				excess[l] += d
			}
		}
	}
	for _, e := range excess {
		if e != 0 {
			return false
		}
	}
	return len(way) > 0 && moved[c] == by
}
