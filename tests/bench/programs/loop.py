"""A loop without an end, for pausing."""

print("running", flush=True)
n = 0
while True:
    n += 1
