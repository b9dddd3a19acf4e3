package bhyt

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/personal"
)

// Registered is an officer as the facility has registered them at the portal.
type Registered struct {
	personal.Masked
	Name, Number string
}

// question is one look-up.
type question struct {
	personal.Masked
	card    string // number of a card, or personal number
	name    string
	birth   string // dd/mm/yyyy, or yyyy
	officer Registered
}

// codeAccount is the code of a refused account.
const codeAccount = "401"

// ask looks one card up. A token that the portal does not take is renewed once. An
// error is no answer; that the account is refused is one, with its code.
func (p *Portal) ask(ctx context.Context, q question) (record, error) {
	var used token
	for range 2 {
		t, err := p.currentToken(ctx, used)
		if errors.Is(err, errRefused) {
			break
		}
		if err != nil {
			return record{}, err
		}
		used = t
		r, err := p.askWith(ctx, t, q)
		if err != nil || r.code != codeAccount {
			return r, err
		}
	}
	return record{code: codeAccount}, nil
}

func (p *Portal) askWith(ctx context.Context, t token, q question) (record, error) {
	query := url.Values{
		"token": {t.access}, "id_token": {t.id}, "username": {p.conf.Account.User}, "password": {p.conf.Account.sum()},
	}
	b, err := p.post(ctx, pathLookup, query, map[string]string{
		"maThe": q.card, "hoTen": q.name, "ngaySinh": q.birth, "hoTenCb": q.officer.Name, "cccdCb": q.officer.Number,
	})
	if errors.Is(err, remote.Status(http.StatusUnauthorized)) {
		return record{code: codeAccount}, nil
	}
	if err != nil {
		return record{}, err
	}
	return decodeAnswer(b)
}
