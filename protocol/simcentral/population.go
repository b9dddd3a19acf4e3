package simcentral

// Citizen is what the population register says of one person.
type Citizen struct {
	Name  string `json:"name"`
	Birth string `json:"birth"` // yyyy-mm-dd, or yyyy where no more is known
}

// Population simulates the national population register, by personal number. It says
// whether what is claimed is what it knows, and nothing else of anybody.
type Population map[string]Citizen

// Discrepancy is how a claim differs from the register; empty: it does not.
type Discrepancy string

// Discrepancies.
const (
	UnknownNumber Discrepancy = "number"
	OtherName     Discrepancy = "name"
	OtherBirth    Discrepancy = "birth"
)

// Check holds number, name and date of birth (dd/mm/yyyy or yyyy) against the
// register. A register without anybody, which none has been given to, finds nothing
// wrong.
func (p Population) Check(number, name, birth string) Discrepancy {
	if len(p) == 0 {
		return ""
	}
	c, found := p[number]
	switch {
	case !found:
		return UnknownNumber
	case fold(c.Name) != fold(name):
		return OtherName
	case len(c.Birth) == len("2006") && len(birth) >= 4 && c.Birth == birth[len(birth)-4:]:
		return ""
	case !sameBirth(c.Birth, birth):
		return OtherBirth
	}
	return ""
}
