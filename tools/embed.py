"""Makes a C file of a text file: embed.py NAME IN OUT  ->  const char NAME[] = "…";"""
import sys

name, source, target = sys.argv[1:4]
data = open(source, "rb").read()
rows = [",".join(str(b) for b in data[i:i + 32]) for i in range(0, len(data), 32)]
with open(target, "w") as out:
    out.write("extern const char %s[];\nconst char %s[] = {%s,0};\n" % (name, name, ",\n".join(rows)))
