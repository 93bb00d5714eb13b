/**
 * What is in files and folders of brain data: {@link org.mindeye.data.description.DataDescription}.
 */
package org.mindeye.data.description;
