class Err[T](Exception):
    value: T
