package workday

// Expected is [expected], for tests.
func Expected(year int) map[Day]bool { return expected(year) }
