package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"

	"motcua/protocol/catalogue"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/hospital"
	"motcua/protocol/gateway/shift"
)

// hospitalConfig is the hospital's own system; without an address it is told nothing, and
// neither fee-paying check-ins, appointments nor bills are offered.
type hospitalConfig struct {
	Address   string `toml:"address"`    // https://host, or http://host on loopback
	TokenFile string `toml:"token_file"` // the gateway's token, read by its owner alone
	CA        string `toml:"ca"`         // authorities of the system's certificate, PEM; empty: this machine's
	// Bank and Account are where fees go, for payment codes; without them only the
	// cashier takes fees.
	Bank    string `toml:"bank"`
	Account string `toml:"account"`
}

func (c hospitalConfig) payee() hospital.Payee {
	return hospital.Payee{Bank: c.Bank, Account: c.Account}
}

func (c hospitalConfig) faults(m mode) []error {
	switch {
	case c == (hospitalConfig{}):
		return nil
	case m == modeNode:
		return []error{fmt.Errorf("hospital has no meaning for %s; remove it", m)}
	case c.Address == "":
		return []error{errors.New("hospital.address is not set")}
	case c.TokenFile == "":
		return []error{errors.New("hospital.token_file is not set")}
	}
	if err := c.payee().Check(); err != nil {
		return []error{fmt.Errorf("hospital.bank and hospital.account: %w", err)}
	}
	return nil
}

// loadHospital reads the files of hospital; it is nil without an address.
func (m *material) loadHospital(c hospitalConfig) error {
	if c.Address == "" {
		return nil
	}
	token, err := readSecret("hospital.token_file", c.TokenFile)
	if err != nil {
		return err
	}
	roots, err := authoritiesIn("hospital.ca", c.CA)
	if err != nil {
		return err
	}
	if m.hospital, err = hospital.Open(hospital.Config{Address: c.Address, Token: token, Roots: roots}); err != nil {
		return fmt.Errorf("hospital.address is %q: %w", c.Address, err)
	}
	m.payee = c.payee()
	return nil
}

// toldHospital has check-ins told to the hospital's system, if there is one, and asks it
// about who pays, who has an appointment, and bills.
func (m *material) toldHospital(services map[string]gateway.Service) (map[string]gateway.Service, error) {
	if m.hospital == nil {
		return services, nil
	}
	checkIn, ok := services[catalogue.CheckIn].(gateway.Follower)
	if !ok {
		return nil, errors.New("hospital: check-ins are of a kind that cannot be told")
	}
	services[catalogue.CheckIn] = &hospital.Service{CheckIn: checkIn, System: m.hospital}
	services[catalogue.PaidCheckIn] = &hospital.Paid{System: m.hospital, Payee: m.payee}
	services[catalogue.Appointment] = &hospital.Arrivals{System: m.hospital}
	services[catalogue.PayFee] = &hospital.Bills{System: m.hospital, Payee: m.payee}
	return services, nil
}

// services are all that requests can ask for, whichever way they come. Raise is called
// by put-off work alone.
func (m *material) services(inbox gateway.Inbox, officers *gateway.Officers, raise func(context.Context, gateway.Alarm), log *slog.Logger) (map[string]gateway.Service, error) {
	services, err := m.hospitalServices(raise, log)
	if err != nil {
		return nil, err
	}
	dossiers, err := m.linkedServices(inbox, raise, log)
	if err != nil {
		return nil, err
	}
	maps.Copy(services, dossiers)
	maps.Copy(services, m.registry.services(officers, raise, log))
	services[catalogue.DutySession] = &shift.Service{Log: log}
	return services, nil
}
