package outbox

import (
	"context"
	"fmt"
)

// forgetAtOnce bounds what one transaction of forgetting may touch.
const forgetAtOnce = 128

// forget drops envelopes of requests settled before one time, and then lines
// settled before another; both are unix milliseconds. It returns how many were
// dropped, of each at most forgetAtOnce.
func (d *database) forget(ctx context.Context, envelopes, lines int64) (int, error) {
	if _, err := d.stmt.begin.ExecContext(ctx); err != nil {
		return 0, err
	}
	most := 0
	for _, step := range []struct {
		text   string
		before int64
	}{
		{`update item set envelope=null where seq in (
			select seq from item where envelope is not null and settled>0 and settled<? order by seq limit %d)`, envelopes},
		{`delete from item where seq in (
			select seq from item where seq < (select min(seq) from item
				where settled=0 or settled>=? or seq=(select max(seq) from item)) order by seq limit %d)`, lines},
	} {
		result, err := d.conn.ExecContext(ctx, fmt.Sprintf(step.text, forgetAtOnce), step.before)
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
	_, err := d.stmt.commit.ExecContext(ctx)
	return most, err
}

// finals counts the settled requests by state.
func (d *database) finals(ctx context.Context) (map[State]int, error) {
	rows, err := d.conn.QueryContext(ctx, `select state, count(*) from item where settled>0 group by state`)
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
