? addDays("31/12/2023", 1)
? addDays("01/03/2023", -1)
? addDays("28/02/2023", 1)
? addDays("01/01/2000", 366)
? addDays("15/06/2024", 0)
? diffDays("01/01/2025", "01/01/2024")
? diffDays("01/01/2024", "01/01/2025")
? diffDays("05/05/2024", "05/05/2024")
? len(date())
? len(time())
? len(timelist())
? substr(date(), "/")
? isNumber(clock())
? clocksPerSecond() > 0
try ? addDays("x", 1) catch ? cCatchError done
try ? addDays("01/01/2024") catch ? cCatchError done
