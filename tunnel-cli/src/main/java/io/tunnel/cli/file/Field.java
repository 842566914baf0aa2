package io.tunnel.cli.file;

/**
 * The characters of one field: a range of the reader's own buffer, valid until the next field. One
 * object serves all fields, so that a row allocates nothing.
 */
final class Field {
  char[] buffer = new char[0];
  int offset;
  int length;

  void set(char[] newBuffer, int newOffset, int newLength) {
    buffer = newBuffer;
    offset = newOffset;
    length = newLength;
  }

  /** Leaves out white space at both ends. */
  void strip() {
    while (length > 0 && buffer[offset] <= ' ') {
      offset++;
      length--;
    }
    while (length > 0 && buffer[offset + length - 1] <= ' ') {
      length--;
    }
  }

  char at(int index) {
    return buffer[offset + index];
  }

  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (at(i) > ' ') {
        return false;
      }
    }
    return true;
  }

  boolean contentEquals(String text) {
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (at(i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean equalsIgnoreCase(String lowerCase) {
    if (length != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Character.toLowerCase(at(i)) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return new String(buffer, offset, length);
  }
}
