package io.spinexr.cds.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Document;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** Checked against a Markdown parser that is not ours. */
class PlainTextTest {
  private static final List<Extension> GITHUB =
      List.of(TablesExtension.create(), AutolinkExtension.create());
  private static final Parser MARKDOWN = Parser.builder().extensions(GITHUB).build();

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
            "<script>",
            "</td>",
            "<img src=x onerror=1>",
            "&lt;",
            "&#60;",
            "[a](javascript:1)",
            "![x](http://e.org)",
            "**",
            "__",
            "`",
            "```",
            "|",
            "\n",
            "\n\n# ",
            "- ",
            "1. ",
            "> ",
            "http://evil.example.org",
            "https://e.org/",
            "www.evil.example.org",
            "a@b.org",
            "\\",
            "~~",
            "<http://e.org>",
            "[x]: /u",
            "---",
            "===",
            "\u202E",
            "\u2028",
            "\t",
            "spine",
            " ",
            "Ü",
            "日本",
            "😀",
            ":",
            ".",
            "_",
            "*")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  /** GitHub's own autolinks of mail addresses cannot be escaped; they lead nowhere but to mail. */
  @Property(tries = 1500)
  void isShownLetterByLetter(@ForAll("hostile") String text) {
    Node document = MARKDOWN.parse("x " + PlainText.markdown(text) + " x");

    StringBuilder shown = new StringBuilder();
    assertThat(document).isInstanceOf(Document.class);
    assertThat(document.getFirstChild()).isInstanceOf(Paragraph.class);
    assertThat(document.getFirstChild().getNext()).isNull();
    for (Node node = document.getFirstChild().getFirstChild();
        node != null;
        node = node.getNext()) {
      if (node instanceof Text part) {
        shown.append(part.getLiteral());
      } else {
        assertThat(PlainText.line(text, 500)).as("only a mail address: %s", node).contains("@");
        shown.append(((Text) node.getFirstChild()).getLiteral());
      }
    }
    assertThat(shown.toString().replace(" ", ""))
        .isEqualTo("x" + PlainText.line(text, 500).replace(" ", "") + "x");
  }

  @Example
  void keepsATableRowTogether() {
    Node document =
        MARKDOWN.parse("| a | b |\n| --- | --- |\n| " + PlainText.markdown("1 | 2\n3") + " | c |");

    assertThat(document.getFirstChild().getClass().getSimpleName()).isEqualTo("TableBlock");
    Node row = document.getFirstChild().getLastChild().getFirstChild();
    assertThat(((Text) row.getFirstChild().getFirstChild()).getLiteral()).startsWith("1 | 2 3");
    assertThat(row.getFirstChild().getNext().getNext()).isNull();
  }

  @Example
  void cutsALineWithoutTearingACharacter() {
    assertThat(PlainText.line("abcdef", 6)).isEqualTo("abcdef");
    assertThat(PlainText.line("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(PlainText.line("abcd😀😀", 6)).isEqualTo("abcd…");
    assertThat(PlainText.line(" a\r\n b\u0000c\u202Ed ", 20)).isEqualTo("a b c d");
  }
}
