// Letters: forms that could not be sent, kept on the phone (IndexedDB) until it is known what became of them.
// A letter of somebody who is logged in bears their account: only they send it, and it goes when they log out.

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("linli-outbox", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("letters", { keyPath: "id" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const letters = async (mode, act) => {
  const base = await open();
  return new Promise((resolve, reject) => {
    const asked = act(base.transaction("letters", mode).objectStore("letters"));
    asked.onsuccess = () => { base.close(); resolve(asked.result); };
    asked.onerror = () => { base.close(); reject(asked.error); };
  });
};

export const LIST = "linli-patrol";
export const keep = (letter) => letters("readwrite", (store) => store.put(letter));
export const drop = (id) => letters("readwrite", (store) => store.delete(id));
export const of = async (account) =>
  (await letters("readonly", (store) => store.getAll())).filter((letter) => (letter.account ?? "") === account);

// Takes from the phone what belongs to an account: its letters, and the list of the day.
export const forget = async (account) => {
  for (const letter of await of(account)) await drop(letter.id);
  await caches?.delete(LIST);
};
