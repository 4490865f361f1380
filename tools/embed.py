"""Makes a C file of a text file: embed.py NAME IN OUT  ->  const char NAME[] = "…";"""
import sys

name, source, target = sys.argv[1:4]
with open(source, "rb") as file:
    lines = file.read().splitlines(keepends=True)


def quoted(line):
    plain = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n"}
    return '"%s"' % "".join(plain.get(b) or (chr(b) if 32 <= b < 127 else "\\%03o" % b) for b in line)


with open(target, "w") as out:
    out.write("extern const char %s[];\nconst char %s[] =\n%s;\n" % (name, name, "\n".join(map(quoted, lines))))
