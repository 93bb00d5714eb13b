// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;

class DocumentTest {
  private static final String FULL =
      "{\"schema\":3,\"count\":3,\"seed\":1099511627776,\"rate\":0.5,\"on\":true,\"name\":\"a\","
          + "\"kind\":\"LARGE\",\"inner\":{\"width\":1},\"list\":[{\"width\":2},{\"width\":3}],"
          + "\"map\":{\"x\":4},\"absent\":{\"width\":5},\"note\":\"b\"}";
  private static final String FIELDS =
      "the fields [count, seed, rate, on, name, kind, inner, list, map, absent, note]";

  @TempDir private Path folder;

  private static Sample read(String json) {
    return Document.parse("x.json", json).as(Sample.class);
  }

  @Test
  void should_write_what_it_reads() {
    assertThat(DocumentWriter.line(Sample.full())).isEqualTo(FULL);
    assertThat(read(FULL)).isEqualTo(Sample.full());
    assertThat(read(DocumentWriter.text(Sample.full()))).isEqualTo(Sample.full());
  }

  @Test
  void should_leave_out_what_may_be_absent() {
    Sample sample = Sample.full().withoutOptions();
    assertThat(DocumentWriter.line(sample)).endsWith("\"map\":{\"x\":4}}");
    assertThat(read(DocumentWriter.line(sample))).isEqualTo(sample);
    assertThat(
            read(
                FULL.replace("\"absent\":{\"width\":5}", "\"absent\":null")
                    .replace("\"note\":\"b\"", "\"note\":null")))
        .isEqualTo(sample);
  }

  @Test
  void should_read_whole_numbers_as_numbers() {
    assertThat(read(FULL.replace("0.5", "1")).rate()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"count\":3 | \"count\":\"3\" | count: expected a whole number of at most 32 bits but found"
            + " \"3\"",
        "\"count\":3 | \"count\":3.0 | count: expected a whole number of at most 32 bits but found"
            + " 3.0",
        "\"count\":3 | \"count\":2147483648 | count: expected a whole number of at most 32 bits but"
            + " found 2147483648",
        "\"seed\":1099511627776 | \"seed\":9223372036854775808 | seed: expected a whole number of at"
            + " most 64 bits but found 9223372036854775808",
        "\"rate\":0.5 | \"rate\":\"0.5\" | rate: expected a number but found \"0.5\"",
        "\"rate\":0.5 | \"rate\":\"NaN\" | rate: expected a number but found \"NaN\"",
        "\"on\":true | \"on\":1 | on: expected true or false but found 1",
        "\"on\":true | \"on\":\"true\" | on: expected true or false but found \"true\"",
        "\"name\":\"a\" | \"name\":1 | name: expected a string but found 1",
        "\"kind\":\"LARGE\" | \"kind\":\"large\" | kind: expected one of [SMALL, LARGE] but found"
            + " \"large\"",
        "\"kind\":\"LARGE\" | \"kind\":1 | kind: expected one of [SMALL, LARGE] but found 1",
        "\"inner\":{\"width\":1} | \"inner\":1 | inner: expected a JSON object with the fields [width]"
            + " but found 1",
        "\"inner\":{\"width\":1} | \"inner\":{\"width\":0} | inner: expected valid values but found"
            + " width: expected at least 1 but was 0",
        "{\"width\":3}] | {\"width\":true}] | list[1].width: expected a whole number of at most 32"
            + " bits but found true",
        "{\"width\":3}] | null] | list[1]: expected a value but found null",
        "[{\"width\":2},{\"width\":3}] | {} | list: expected a list but found {}",
        "{\"x\":4} | {\"x\":null} | map.x: expected a value but found null",
        "{\"x\":4} | [4] | map: expected a JSON object but found [4]",
        "\"note\":\"b\" | \"note\":1 | note: expected a string but found 1",
      })
  void should_guess_nothing(String valid, String wrong, String message) {
    assertThat(FULL).contains(valid);
    assertThatThrownBy(() -> read(FULL.replace(valid, wrong)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("x.json: " + message);
  }

  @Test
  void should_name_all_fields_that_are_wrong() {
    assertThatThrownBy(
            () ->
                read(
                    FULL.replace("\"count\"", "\"counts\"")
                        .replace("0.5", "null")
                        .replace("\"on\":true,", "")))
        .hasMessage(
            "x.json: expected "
                + FIELDS
                + " but found missing [count, on], null for [rate], unknown [counts]; correct them,"
                + " or read the document with the version of the library that wrote it");
    assertThatThrownBy(() -> read(FULL.replace("{\"width\":1}", "{\"with\":1}")))
        .hasMessageStartingWith(
            "x.json: inner: expected the fields [width] but found missing [inner.width], unknown"
                + " [inner.with]; ");
  }

  @Test
  void should_name_every_key_by_its_path() {
    for (Broken broken : BrokenDocuments.of(FULL, "schema", "map", "absent", "note")) {
      assertThatThrownBy(() -> read(broken.json()))
          .as(broken.toString())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(broken.what())
          .hasMessageContaining(broken.key());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"a\":2} | a JSON object but found Duplicate field 'a' (line 1, column ",
        "{\"a\" | a JSON object but found Unexpected end-of-input",
        "{} {} | one document but found more behind the first",
      })
  void should_refuse_what_is_not_a_document(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("x.json: expected " + message);
  }

  @Test
  void should_refuse_what_is_not_an_object() {
    for (String json : new String[] {"[1]", "1", "null", "\"x\""}) {
      assertThatThrownBy(() -> read(json))
          .hasMessageStartingWith("x.json: expected a JSON object with " + FIELDS)
          .hasMessageEndingWith("but found " + json);
    }
    assertThatThrownBy(() -> read("")).hasMessageEndingWith("but found nothing");
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> read(deep)).isInstanceOf(MalformedFileException.class);
  }

  @Test
  void should_keep_messages_short() {
    assertThatThrownBy(
            () -> read(FULL.replace("\"count\":3", "\"count\":\"" + "9".repeat(5000) + "\"")))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
  }

  @Test
  void should_refuse_later_schemas() {
    for (String schema : new String[] {"4", "0", "-1", "1.0", "\"1\"", "null", "99999999999"}) {
      assertThatThrownBy(() -> read(FULL.replace("\"schema\":3", "\"schema\":" + schema)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              "x.json: expected schema 1 to 3 but found schema "
                  + schema
                  + "; read it with the version of the library that wrote it");
    }
    assertThat(read(FULL.replace("\"schema\":3,", ""))).isEqualTo(Sample.full());
  }

  @Test
  void should_read_a_part_under_its_path() {
    Document whole =
        Document.parse(
            "x.json", "{\"schema\":1,\"sample\":" + FULL.replace("\"schema\":3,", "") + "}");
    assertThat(whole.has("sample")).isTrue();
    assertThat(whole.part("sample").as(Sample.class)).isEqualTo(Sample.full());
    assertThatThrownBy(() -> whole.part("other").as(Sample.class))
        .hasMessage("x.json: expected the field 'other' but found none of this name");
    assertThatThrownBy(() -> whole.part("sample").part("inner").as(Sample.class))
        .hasMessageStartingWith("x.json: sample.inner: expected the fields [count, ");
    Document later = Document.parse("x.json", "{\"schema\":4,\"sample\":{}}");
    assertThatThrownBy(() -> later.part("sample")).hasMessageContaining("found schema 4");
  }

  @Test
  void should_take_defaults_for_what_is_left_out() {
    Document some = Document.parse("x.json", "{\"inner\":{},\"count\":9}");
    Sample expected = Sample.full();
    assertThat(some.as(Sample.class, expected).count()).isEqualTo(9);
    assertThat(some.as(Sample.class, expected).inner()).isEqualTo(expected.inner());
    assertThat(some.as(Sample.class, expected).note()).isEqualTo(expected.note());
    assertThatThrownBy(
            () -> Document.parse("x.json", "{\"count\":null}").as(Sample.class, expected))
        .hasMessageContaining("null for [count]");
    assertThatThrownBy(
            () -> Document.parse("x.json", "{\"inner\":{\"x\":1}}").as(Sample.class, expected))
        .hasMessageContaining("unknown [inner.x]");
    assertThat(Document.parse("x.json", "{\"note\":null}").as(Sample.class, expected).note())
        .isEmpty();
  }

  @Test
  void should_lay_values_over_others() {
    Document under = Document.parse("x.json", FULL);
    ObjectNode over = (ObjectNode) Document.parse("y", "{\"inner\":{\"width\":8}}").root();
    assertThat(under.with(over).as(Sample.class).inner().width()).isEqualTo(8);
    assertThat(under.as(Sample.class)).isEqualTo(Sample.full());
    assertThatThrownBy(() -> Document.parse("x.json", "3").with(over).as(Sample.class))
        .hasMessageEndingWith("but found 3");
  }

  @Test
  void should_read_files() throws IOException {
    Path file = folder.resolve("sample.json");
    Files.write(file, DocumentWriter.bytes(Sample.full()));
    assertThat(Document.read(file).as(Sample.class)).isEqualTo(Sample.full());
    assertThatThrownBy(() -> Document.read(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(folder + ": expected a file with a JSON object but found ");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength((1 << 24) + 1);
    }
    assertThatThrownBy(() -> Document.read(file))
        .hasMessage(
            file + ": expected a JSON object of at most 16 megabytes but found 16777217 bytes");
  }

  private record Clash(int schema) {}

  private record Gap(String name) {}

  @Test
  void should_refuse_to_write_what_could_not_be_read() {
    assertThatThrownBy(() -> DocumentWriter.line(new Clash(7))).hasMessageContaining("'schema'");
    assertThatThrownBy(() -> DocumentWriter.line(new Gap(null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name: null cannot be written");
    assertThatThrownBy(() -> DocumentWriter.line("text"))
        .hasMessage("text: expected what becomes a JSON object");
  }
}
