/** Data by what they look like: {@link org.mindeye.data.recognition.Recognition}. */
package org.mindeye.data.recognition;
