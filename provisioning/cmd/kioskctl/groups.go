package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// lastGroup is the highest data group (Doc 9303 part 10, table 35).
const lastGroup = 16

var errGroups = errors.New("all, or numbers from 1 to 16 such as 11,12,16")

// parseGroups reads the numbers of data groups, each once.
func parseGroups(text string) ([]int, error) {
	var numbers []int
	switch text {
	case "":
		return nil, nil
	case "all":
		for n := 1; n <= lastGroup; n++ {
			numbers = append(numbers, n)
		}
		return numbers, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > lastGroup {
			return nil, errGroups
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}
