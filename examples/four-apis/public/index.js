const [form, text, reached] = ["announce", "text", "reached"].map((id) => document.getElementById(id));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/announce", { method: "POST", body: text.value });
  if (!response.ok) return void (reached.textContent = await response.text());
  const { reached: count } = await response.json();
  reached.textContent = `Sent to ${count}.`;
  text.value = "";
});
