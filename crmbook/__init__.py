"""The command `crmbook`: run, check, fetch, write a teaching company. No notebook imports it."""
