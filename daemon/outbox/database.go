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

// Marks of the file: SQLite's application_id ("MTCQ") and user_version.
const (
	fileMark    = 0x4d544351
	fileVersion = 1
)

// schema is the whole database: one table, one line per request.
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
	state    text    not null,
	sent     integer not null,
	tries    integer not null,
	settled  integer not null,
	status   text    not null,
	receipt  blob,
	sum      integer not null
) strict`

const columns = `seq, id, service, class, subject, created, expires, prev, digest, state, sent, tries, settled, status, receipt`

// database is the one connection to the file. All its errors are SQLite's.
type database struct {
	db   *sql.DB
	conn *sql.Conn
	stmt struct{ begin, commit, rollback, insert, update, drop, envelope, get, known *sql.Stmt }
	all  []*sql.Stmt
}

// openDatabase opens path for this process alone (locking_mode=EXCLUSIVE also
// spares SQLite's shared-memory file).
func openDatabase(ctx context.Context, path string) (*database, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	pragmas := url.Values{"_pragma": {
		"locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(0)",
		"busy_timeout(0)", "cell_size_check(ON)", "trusted_schema(OFF)",
	}}
	name := url.URL{Scheme: "file", Path: abs, RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	d := &database{db: db}
	if d.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := d.conn.Raw(keepLog); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
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
	return d.exec(ctx, fmt.Sprintf("begin immediate; pragma application_id=%d; pragma user_version=%d; %s; commit", fileMark, fileVersion, schema))
}

// reserve makes SQLite allocate n bytes in the database file and as much in its
// WAL, by writing them once and freeing them again.
func (d *database) reserve(ctx context.Context, n int) error {
	return d.exec(ctx, fmt.Sprintf("begin immediate; create table pad (b blob); insert into pad values (zeroblob(%d)); drop table pad; commit", n))
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
		{&s.insert, `insert into item (` + columns + `, envelope, sum) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`},
		{&s.update, `update item set state=?, sent=?, tries=?, settled=?, status=?, receipt=?, sum=? where seq=?`},
		{&s.drop, `update item set envelope=null where seq=?`},
		{&s.envelope, `select envelope from item where seq=?`},
		{&s.known, `select count(*) from item where id=?`},
		{&s.get, `select ` + columns + `, envelope from item where id=?`},
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

// number answers a query of one whole number.
func (d *database) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = d.conn.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

func (d *database) insert(ctx context.Context, e *Entry) error {
	r := rowOf(e)
	_, err := d.stmt.insert.ExecContext(ctx, r.seq, r.id, r.service, r.class, r.subject, r.created, r.expires,
		r.prev, r.digest, r.state, r.sent, r.tries, r.settled, r.status, r.receipt, e.Envelope, r.sum())
	return err
}

// update writes what changes in the life of a request.
func (d *database) update(ctx context.Context, e *Entry) error {
	r := rowOf(e)
	_, err := d.stmt.update.ExecContext(ctx, r.state, r.sent, r.tries, r.settled, r.status, r.receipt, r.sum(), r.seq)
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
	var r row
	var envelope []byte
	if err := d.stmt.get.QueryRowContext(ctx, id[:]).Scan(append(r.fields(), &envelope)...); err != nil {
		return Entry{}, err
	}
	e := r.entry()
	e.Envelope = envelope
	return e, nil
}

// fields are the places of a row's columns, in the order of columns.
func (r *row) fields() []any {
	return []any{
		&r.seq, &r.id, &r.service, &r.class, &r.subject, &r.created, &r.expires, &r.prev, &r.digest,
		&r.state, &r.sent, &r.tries, &r.settled, &r.status, &r.receipt,
	}
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

// isFull and isDamage sort SQLite's errors.
func isFull(err error) bool { return primary(err) == sqlite3.SQLITE_FULL }

func isDamage(err error) bool {
	code := primary(err)
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

func primary(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
