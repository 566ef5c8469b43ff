module example.com/logslog

go 1.23.0
