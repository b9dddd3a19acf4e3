package inboxsqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// conn is the connection on which everything is written. It speaks to the driver
// itself: what database/sql does around a statement costs as much as most of the
// look-ups here. It belongs to one goroutine.
type conn struct{ driver.Conn }

func connect(name string) (conn, error) {
	c, err := new(sqlite.Driver).Open(name)
	return conn{c}, err
}

// exec runs statements that give nothing back.
func (c conn) exec(statements string) error {
	e, ok := c.Conn.(driver.ExecerContext)
	if !ok {
		return errors.New("the driver runs no statements")
	}
	_, err := e.ExecContext(context.Background(), statements, nil)
	return err
}

// number runs a query that gives one number.
func (c conn) number(query string) (n int64, err error) {
	err = c.query(query, func(r *row) { n = r.int(0) })
	return n, err
}

// text runs a query that gives one text.
func (c conn) text(query string) (text string, err error) {
	err = c.query(query, func(r *row) { text = r.text(0) })
	return text, err
}

func (c conn) query(query string, read func(*row)) error {
	s, err := c.prepare(query)
	if err != nil {
		return err
	}
	return errors.Join(s.each(read), s.stmt.Close())
}

func (c conn) prepare(text string) (statement, error) {
	s, err := c.Prepare(text)
	if err != nil {
		return statement{}, fmt.Errorf("preparing %q: %w", text, err)
	}
	return statement{s}, nil
}

// statement is a prepared one. Its arguments are int64, string or []byte.
type statement struct{ stmt driver.Stmt }

func named(args []driver.Value) []driver.NamedValue {
	all := make([]driver.NamedValue, len(args))
	for i, v := range args {
		all[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return all
}

func (s statement) exec(args ...driver.Value) error {
	e, ok := s.stmt.(driver.StmtExecContext)
	if !ok {
		return errors.New("the driver's statements do not run")
	}
	_, err := e.ExecContext(context.Background(), named(args))
	return err
}

// each reads every row that is found.
func (s statement) each(read func(*row), args ...driver.Value) (err error) {
	q, ok := s.stmt.(driver.StmtQueryContext)
	if !ok {
		return errors.New("the driver's statements give no rows")
	}
	rows, err := q.QueryContext(context.Background(), named(args))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	r := &row{values: make([]driver.Value, len(rows.Columns()))}
	for r.err == nil {
		switch err := rows.Next(r.values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		read(r)
	}
	return r.err
}

// row is one row of an answer. What it gives is the caller's to keep.
type row struct {
	values []driver.Value
	err    error // the first value that is of another kind than was asked for
}

func (r *row) int(i int) int64         { return cell[int64](r, i) }
func (r *row) text(i int) string       { return cell[string](r, i) }
func (r *row) bytes(i int) []byte      { return cell[[]byte](r, i) }
func (r *row) fill(i int, into []byte) { copy(into, r.bytes(i)) }

func cell[T any](r *row, i int) (v T) {
	v, ok := r.values[i].(T)
	if !ok && r.values[i] != nil && r.err == nil {
		r.err = fmt.Errorf("column %d of the inbox holds a %T", i, r.values[i])
	}
	return v
}
