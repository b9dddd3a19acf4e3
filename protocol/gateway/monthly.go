package gateway

import (
	"context"
	"time"

	"motcua/protocol/opendata"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// Monthly counts the requests that were accepted in the month of a time, by service,
// facility (province/facility) and day in Viet Nam, and names the month's days. What
// asked for the same again is not counted.
func Monthly(ctx context.Context, in Inbox, month time.Time) (counts []opendata.Count, days []string, err error) {
	from := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, workday.Zone())
	until := from.AddDate(0, 1, 0)
	for d := from; d.Before(until); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	all := map[opendata.Count]int{}
	err = in.Accepted(ctx, from.UnixMilli(), until.UnixMilli(), func(r *Record) error {
		if r.Status != request.StatusAccepted {
			return nil
		}
		o, err := outerOf(r)
		if err != nil {
			return err
		}
		all[opendata.Count{Service: r.Service, Facility: o.Province + "/" + o.Facility, Day: time.UnixMilli(r.At).In(workday.Zone()).Format(time.DateOnly)}]++
		return nil
	})
	for c, n := range all {
		c.Requests = n
		counts = append(counts, c)
	}
	return counts, days, err
}
