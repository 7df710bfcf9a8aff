/** Saves a text as a file. */
export function download(name, type, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').slice(0, 100);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
