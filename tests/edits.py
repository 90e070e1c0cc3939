"""Changes that several tests make to a copy of our own rule files, and commands that they run on it."""

FAT = "hip-dips/fat-transfer"
LIPOSUCTION = "love-handles/liposuction"
SURGERY = "area=hip-dips donor-fat=enough tolerance=surgery timing=soon upkeep=yes hoped-for=softer"


def put(folder, file, old, new):
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def change_a_verdict(rules):
    put(
        rules,
        "love-handles/liposuction.yaml",
        '{tolerance: surgery, noticeable: clear, tried: "yes"}',
        "{tolerance: surgery}",
    )
    put(rules, "love-handles/liposuction.yaml", "when: {tried: not-yet}", "when: {tried: not-yet, noticeable: slight}")


def run(runner, words):
    return runner.invoke(args=["rules", *words.split()])
