/** The poster of a notice for the lift and the notice board. */
import { getBlob } from "../../shared/api/client.ts";
import { download } from "../sheet.ts";
import { t } from "../words.ts";

export async function savePoster(id: string, title: string): Promise<void> {
  download(await getBlob(`/notices/${id}/poster`), `${t("poster.file", { title: title.replace(/[\\/:*?"<>|]/g, " ") })}.pdf`);
}
