/** {@link org.mindeye.formats.safetensors.Safetensors} reads and writes safetensors files. */
package org.mindeye.formats.safetensors;
