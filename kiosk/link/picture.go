package link

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"motcua/protocol/local"
)

// face is the picture that is being shown, and for which visit.
type face struct {
	visit   string
	picture *local.Picture
}

// drop forgets the picture. Whoever draws it may do so still, so that it is overwritten
// there.
func (f *face) drop() { *f = face{} }

// complete fetches the picture that a snapshot is about, once for as long as it is shown.
// Without it the screen says that there is none.
func (l *Link) complete(ctx context.Context, s *local.Snapshot, shown *face) {
	if s.Visit == nil || s.Visit.Compare == nil {
		shown.drop()
		return
	}
	if shown.picture == nil || shown.visit != s.Visit.ID {
		p, err := l.picture(ctx, s.Visit.ID)
		if err != nil {
			l.log.Warn("no picture from kioskd", "err", err)
			shown.drop()
			return
		}
		*shown = face{s.Visit.ID, &p}
	}
	s.Visit.Compare.Picture = shown.picture
}

func (l *Link) picture(ctx context.Context, visit string) (local.Picture, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kioskd"+local.PathPicture+"?visit="+url.QueryEscape(visit), http.NoBody)
	if err != nil {
		return local.Picture{}, err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return local.Picture{}, fmt.Errorf("asking for a picture: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return local.Picture{}, fmt.Errorf("asking for a picture: %s", resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, local.MaxPicture+1))
	if err != nil {
		return local.Picture{}, fmt.Errorf("reading a picture: %w", err)
	}
	return local.ParsePicture(b)
}
