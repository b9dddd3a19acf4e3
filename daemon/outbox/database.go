package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Marks of the file: SQLite's application_id ("MTCQ") and user_version, which
// also says whether the log may be cut off without loss.
const (
	fileMark  = 0x4d544351
	logless   = 1 // everything is in the database: the log may be gone
	logNeeded = 2 // in use: the log is allocated and may hold requests
)

// schema is the whole database. A line of item is written once, when a request is
// saved, and changes only when its envelope is dropped; what becomes of the
// request is a line of fate, so that settling does not move envelopes about. A
// request without a fate is queued.
const schema = `
create table item (
	seq      integer primary key,
	id       blob    not null unique check (length(id) = 16),
	service  text    not null,
	class    integer not null,
	subject  blob    not null check (length(subject) = 16),
	created  integer not null,
	expires  integer not null,
	prev     blob    not null check (length(prev) = 32),
	digest   blob    not null check (length(digest) = 32),
	envelope blob,
	sum      integer not null
) strict;
create table fate (
	seq      integer primary key,
	state    text    not null,
	sent     integer not null,
	tries    integer not null,
	settled  integer not null,
	status   text    not null,
	receipt  blob,
	sum      integer not null
) strict`

// database is the one connection to the file. All its errors are SQLite's.
type database struct {
	db   *sql.DB
	conn *sql.Conn
	stmt struct{ begin, commit, rollback, insert, fate, drop, envelope, get, known *sql.Stmt }
	all  []*sql.Stmt
}

// openDatabase opens path for this process alone.
func openDatabase(ctx context.Context, path string) (*database, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: abs}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	d := &database{db: db}
	if d.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := errors.Join(d.configure(ctx), d.conn.Raw(keepLog)); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// configure sets what the promises rest on, and reads it back. The lock comes
// first: a lock that is exclusive before the first access spares SQLite's
// shared-memory file.
func (d *database) configure(ctx context.Context) error {
	for _, p := range []struct{ pragma, want string }{
		{"locking_mode=exclusive", "exclusive"},
		{"journal_mode=wal", "wal"},
		{"synchronous=full", ""},
		{"wal_autocheckpoint=0", "0"},
		{"cell_size_check=on", ""},
		{"trusted_schema=off", ""},
	} {
		if p.want == "" {
			if err := d.exec(ctx, "pragma "+p.pragma); err != nil {
				return err
			}
			continue
		}
		var got string
		if err := d.conn.QueryRowContext(ctx, "pragma "+p.pragma).Scan(&got); err != nil {
			return err
		}
		if got != p.want {
			return fmt.Errorf("pragma %s gives %q", p.pragma, got)
		}
	}
	if full, err := d.number(ctx, "pragma synchronous"); err != nil || full != 2 {
		return errors.Join(err, fmt.Errorf("pragma synchronous is %d, not 2 (full)", full))
	}
	return nil
}

// keepLog keeps the WAL file when the database is closed: its blocks are
// allocated, so that commits overwrite instead of growing it.
func keepLog(c any) error {
	fc, ok := c.(sqlite.FileControl)
	if !ok {
		return fmt.Errorf("the database driver has no file control")
	}
	_, err := fc.FileControlPersistWAL("main", 1)
	return err
}

func (d *database) close() error {
	var all []error
	for _, stmt := range d.all {
		all = append(all, stmt.Close())
	}
	return errors.Join(append(all, d.conn.Close(), d.db.Close())...)
}

// create makes the table in an empty file.
func (d *database) create(ctx context.Context) error {
	return d.exec(ctx, fmt.Sprintf("begin immediate; pragma application_id=%d; pragma user_version=%d; %s; commit", fileMark, logless, schema))
}

// reserve makes SQLite allocate n bytes in the database file and as much in its
// WAL, by writing them once and freeing them again.
func (d *database) reserve(ctx context.Context, n int) error {
	return d.exec(ctx, fmt.Sprintf("begin immediate; create table pad (b blob); insert into pad values (zeroblob(%d)); drop table pad; commit", n))
}

// restart moves everything into the database, marks it, and makes the WAL begin
// anew, so that the next opening has nothing to replay.
func (d *database) restart(ctx context.Context, mark int) error {
	return errors.Join(
		d.checkpoint(ctx, "restart"),
		d.exec(ctx, fmt.Sprintf("pragma user_version=%d", mark)), // one page, the first of a new log
		d.checkpoint(ctx, "restart"))
}

// prepare compiles the statements of daily work.
func (d *database) prepare(ctx context.Context) error {
	s := &d.stmt
	for _, p := range []struct {
		into **sql.Stmt
		text string
	}{
		{&s.begin, `begin immediate`},
		{&s.commit, `commit`},
		{&s.rollback, `rollback`},
		{&s.insert, `insert into item (seq, id, service, class, subject, created, expires, prev, digest, envelope, sum) values (?,?,?,?,?,?,?,?,?,?,?)`},
		{&s.fate, `replace into fate (seq, state, sent, tries, settled, status, receipt, sum) values (?,?,?,?,?,?,?,?)`},
		{&s.drop, `update item set envelope=null where seq=?`},
		{&s.envelope, `select envelope from item where seq=?`},
		{&s.known, `select count(*) from item where id=?`},
		{&s.get, `select ` + columns + ` from ` + joined + ` where id=?`},
	} {
		stmt, err := d.conn.PrepareContext(ctx, p.text)
		if err != nil {
			return err
		}
		*p.into = stmt
		d.all = append(d.all, stmt)
	}
	return nil
}

func (d *database) exec(ctx context.Context, text string) error {
	_, err := d.conn.ExecContext(ctx, text)
	return err
}

// unused is the space in the database file that holds nothing, in bytes.
func (d *database) unused(ctx context.Context) (int64, error) {
	pages, err := d.number(ctx, "pragma freelist_count")
	if err != nil {
		return 0, err
	}
	size, err := d.number(ctx, "pragma page_size")
	return pages * size, err
}

// number answers a query of one whole number.
func (d *database) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = d.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// insert writes the line of a request that is saved.
func (d *database) insert(ctx context.Context, e *Entry) error {
	l := lineOf(e)
	_, err := d.stmt.insert.ExecContext(ctx, l.seq, l.id, l.service, l.class, l.subject, l.created, l.expires, l.prev, l.digest, e.Envelope, l.sum())
	return err
}

// fate writes what became of a request so far.
func (d *database) fate(ctx context.Context, e *Entry) error {
	f := fateOf(e)
	_, err := d.stmt.fate.ExecContext(ctx, e.Seq, f.state, f.sent, f.tries, f.settled, f.status, f.receipt, f.sum(int64(e.Seq)))
	return err
}

func (d *database) drop(ctx context.Context, seq uint64) error {
	_, err := d.stmt.drop.ExecContext(ctx, int64(seq))
	return err
}

func (d *database) envelope(ctx context.Context, seq uint64) (b []byte, err error) {
	err = d.stmt.envelope.QueryRowContext(ctx, int64(seq)).Scan(&b)
	return b, err
}

// known reports whether there is a request of that id, open or settled.
func (d *database) known(ctx context.Context, id [16]byte) (bool, error) {
	var n int
	err := d.stmt.known.QueryRowContext(ctx, id[:]).Scan(&n)
	return n != 0, err
}

// get finds an entry by its id; sql.ErrNoRows when there is none.
func (d *database) get(ctx context.Context, id [16]byte) (Entry, error) {
	return scan(d.stmt.get.QueryRowContext(ctx, id[:]))
}

// checkpoint moves what is in the WAL into the database. SQLite syncs the WAL
// before and the database after.
func (d *database) checkpoint(ctx context.Context, mode string) error {
	var busy, log, moved int
	if err := d.conn.QueryRowContext(ctx, "pragma wal_checkpoint("+mode+")").Scan(&busy, &log, &moved); err != nil {
		return err
	}
	if busy != 0 || moved != log {
		return fmt.Errorf("checkpoint moved %d of %d pages", moved, log)
	}
	return nil
}

// isTaken reports that an id is in the table already; the statement changed
// nothing then.
func isTaken(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}

func isFull(err error) bool { return primary(err) == sqlite3.SQLITE_FULL }

// isDamage reports whether an error of reading means that the file is not what
// was written, rather than that the disk or the machine is in trouble.
func isDamage(err error) bool {
	switch primary(err) {
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT,
		sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE:
		return true
	}
	return false
}

// primary is SQLite's code of an error, 0 for other errors.
func primary(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
