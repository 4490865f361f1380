"""Makes a C file of a text file: embed.py NAME IN OUT  ->  const char NAME[] = "…";"""
import sys

name, source, target = sys.argv[1:4]
data = open(source, "rb").read()
# Octal escapes of three digits: no byte runs into the next, and none is out of char's range.
rows = ['"%s"' % "".join("\\%03o" % b for b in data[i:i + 24]) for i in range(0, len(data), 24)]
with open(target, "w") as out:
    out.write("extern const char %s[];\nconst char %s[] =\n%s;\n" % (name, name, "\n".join(rows)))
