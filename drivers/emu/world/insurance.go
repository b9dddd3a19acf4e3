package world

import "motcua/drivers/emu"

// Record is one person in centre/bhyt.json, the data of protocol/simcentral's
// insurer; the file is an object of them by personal number. Dates are YYYY-MM-DD.
type Record struct {
	Name  string   `json:"name"`
	Birth emu.Date `json:"birth"`
	emu.Insurance
}

func (w *writer) insurance(personas []*emu.Persona) {
	records := make(map[string]Record, len(personas))
	for _, p := range personas {
		records[p.Number] = Record{Name: p.Name, Birth: p.Birth, Insurance: p.Insurance}
	}
	w.json("centre/bhyt.json", records)
}
