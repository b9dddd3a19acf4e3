package qr_test

import (
	"testing"

	"motcua/drivers/drivertest"
)

func TestMain(m *testing.M) { drivertest.Main(m, "8") }
