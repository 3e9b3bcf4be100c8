"""The portfolio in pictures: the first page of the admin after the loan is paid out."""
