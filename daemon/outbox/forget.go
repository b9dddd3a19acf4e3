package outbox

import (
	"context"
	"fmt"
)

// forgetAtOnce bounds what one transaction of forgetting may touch.
const forgetAtOnce = 64

// The steps of forgetting; each takes a time in unix milliseconds. Lines go from
// the oldest on, up to the first that has to stay; the newest always stays.
const (
	dropEnvelopes = `update item set envelope=null where seq in (
		select item.seq from ` + joined + ` where envelope is not null and settled>0 and settled<? order by item.seq limit %d)`
	dropLines = `delete from item where seq in (
		select seq from item where seq < (select min(item.seq) from ` + joined + `
			where settled is null or settled=0 or settled>=? or item.seq=(select max(seq) from item)) order by seq limit %d)`
	dropFates = `delete from fate where seq < (select min(seq) from item)`
)

// forget drops envelopes of requests settled before one time, and lines of
// requests settled before another. It returns how many were dropped, of each at
// most forgetAtOnce.
func (d *database) forget(ctx context.Context, envelopes, lines int64) (int, error) {
	if _, err := d.stmt.begin.ExecContext(ctx); err != nil {
		return 0, err
	}
	most := 0
	for text, before := range map[string]int64{dropEnvelopes: envelopes, dropLines: lines} {
		result, err := d.conn.ExecContext(ctx, fmt.Sprintf(text, forgetAtOnce), before)
		if err != nil {
			return 0, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		most = max(most, int(n))
	}
	if most == 0 {
		_, err := d.stmt.rollback.ExecContext(ctx)
		return 0, err
	}
	if err := d.exec(ctx, dropFates); err != nil {
		return 0, err
	}
	_, err := d.stmt.commit.ExecContext(ctx)
	return most, err
}

// finals counts the settled requests by state.
func (d *database) finals(ctx context.Context) (map[State]int, error) {
	rows, err := d.conn.QueryContext(ctx, `select state, count(*) from fate where settled>0 group by state`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[State]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		all[State(state)] = n
	}
	return all, rows.Err()
}
