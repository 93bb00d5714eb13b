/** Tables of text. */
package org.mindeye.data.internal.text;
